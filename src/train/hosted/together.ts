/** Together's fine-tuning API. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { z } from 'zod';
import { readEnvironment } from '../../models/provider/keys.ts';
import { ask, createHttp } from './http.ts';
import { required } from './keys.ts';
import type { ServiceOptions } from './openai.ts';
import { HostedRequestError } from './retry.ts';
import type { Job, JobEvent, JobRequest, Service } from './service.ts';

const event = z.object({
  message: z.string().catch(''),
  type: z.string().nullish(),
  created_at: z.string().nullish(),
  step: z.number().nullish(),
  total_steps: z.number().nullish(),
});
const jobAnswer = z.object({
  id: z.string(),
  status: z.string(),
  model_output_name: z.string().nullish(),
  training_file: z.string().nullish(),
  created_at: z.string().nullish(),
  events: z.array(event).nullish(),
});
const jobsAnswer = z.object({ data: z.array(jobAnswer) });
const eventsAnswer = z.object({ data: z.array(event) });

const TOGETHER = 'https://api.together.xyz/v1';

/** @throws JuxtaError `missing-key` without `TOGETHER_API_KEY` */
export const togetherService = (options: ServiceOptions = {}): Service => {
  const { environment = readEnvironment(), baseUrl = TOGETHER } = options;
  const key = required(environment, 'TOGETHER_API_KEY', 'together');
  const http = createHttp({ ...options, baseUrl, key, headers: { authorization: `Bearer ${key}` } });
  return {
    name: 'together',
    upload: async (path, signal) => {
      const json = { purpose: 'fine-tune', file_name: basename(path), file_type: 'jsonl' };
      const place = await http({ method: 'POST', path: '/files', json }, signal);
      const url = place.headers.get('location');
      const id = place.headers.get('x-together-file-id');
      if (!url || !id)
        throw new HostedRequestError(
          'POST /files: the service names neither a place for the file nor its id',
        );
      await http({ method: 'PUT', path: url, body: new Blob([await readFile(path)]) }, signal);
      await http({ method: 'POST', path: `/files/${id}/preprocess` }, signal);
      return id;
    },
    create: async (request, signal) => {
      const json = bodyOf(request);
      const call = { method: 'POST', path: '/fine-tunes', json, repeat: false } as const;
      return (await ask(http, jobAnswer, call, signal)).id;
    },
    find: async (file, signal) => {
      const { data } = await ask(http, jobsAnswer, { method: 'GET', path: '/fine-tunes' }, signal);
      return data
        .toSorted((a, b) => ((a.created_at ?? '') < (b.created_at ?? '') ? 1 : -1))
        .map(jobOf)
        .find(job => job.file === file && (job.state === 'running' || job.state === 'succeeded'));
    },
    job: async (id, signal) =>
      jobOf(await ask(http, jobAnswer, { method: 'GET', path: `/fine-tunes/${id}` }, signal)),
    events: async (id, known, signal) => {
      const call = { method: 'GET', path: `/fine-tunes/${id}/events` } as const;
      return (await ask(http, eventsAnswer, call, signal)).data
        .map(eventOf)
        .filter(each => !known.has(each.id));
    },
    cancel: async (id, signal) =>
      jobOf(await ask(http, jobAnswer, { method: 'POST', path: `/fine-tunes/${id}/cancel` }, signal)),
    modelName: model => `${baseUrl}#${model}`,
    hint: `Serve it from an endpoint of your own if the service does not offer it at once. The key goes into JUXTA_KEY_${new URL(baseUrl).host.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_')}.`,
  };
};

const bodyOf = (request: JobRequest): object => {
  const { method, model, file, epochs, batchSize, learningRate, beta, lora, suffix } = request;
  return {
    model,
    training_file: file,
    n_epochs: epochs,
    ...(batchSize !== undefined && { batch_size: batchSize }),
    ...(learningRate !== undefined && { learning_rate: learningRate }),
    ...(suffix !== undefined && { suffix }),
    ...(lora && {
      training_type: {
        type: 'Lora',
        lora_r: lora.rank,
        lora_alpha: lora.alpha,
        lora_dropout: lora.dropout ?? 0,
        lora_trainable_modules: 'all-linear',
      },
    }),
    training_method:
      method === 'sft'
        ? { method, train_on_inputs: false }
        : { method, ...(beta !== undefined && { dpo_beta: beta }) },
    ...request.extra,
  };
};

const states: Readonly<Record<string, Job['state']>> = {
  completed: 'succeeded',
  error: 'failed',
  cancelled: 'cancelled',
};

const jobOf = (answer: z.infer<typeof jobAnswer>): Job => {
  const { id, status, events } = answer;
  const error = events?.findLast(each => each.type === 'job_error')?.message;
  return {
    id,
    status,
    state: states[status] ?? 'running',
    ...(answer.model_output_name && { model: answer.model_output_name }),
    ...(answer.training_file && { file: answer.training_file }),
    ...(error && { error }),
  };
};

/** Events have no ids: what was said when, at which step, names one. They carry no loss. */
const eventOf = ({ message, type, created_at, step, total_steps }: z.infer<typeof event>): JobEvent => ({
  id: JSON.stringify([created_at, type, step, message]),
  message,
  ...(step && { step }),
  ...(total_steps && { steps: total_steps }),
});
