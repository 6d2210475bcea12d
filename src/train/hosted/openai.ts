/** OpenAI's fine-tuning API, and Azure's, which speaks the same. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { JuxtaError } from '../../base/errors.ts';
import { type Environment, readEnvironment } from '../../models/provider/keys.ts';
import { ask, createHttp, type Http, type RetryOptions } from './http.ts';
import { required } from './keys.ts';
import type { Job, JobEvent, JobRequest, Service } from './service.ts';

const fileAnswer = z.object({
  id: z.string(),
  status: z.string().nullish(),
  status_details: z.unknown().optional(),
});
const jobAnswer = z.object({
  id: z.string(),
  status: z.string(),
  fine_tuned_model: z.string().nullish(),
  training_file: z.string().nullish(),
  error: z.object({ code: z.string().nullish(), message: z.string().nullish() }).nullish(),
});
const eventsAnswer = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      message: z.string(),
      data: z
        .object({ step: z.number(), total_steps: z.number(), train_loss: z.number() })
        .partial()
        .nullish()
        .catch(null),
    }),
  ),
  has_more: z.boolean().optional(),
});
const jobsAnswer = z.object({ data: z.array(jobAnswer), has_more: z.boolean().optional() });

export interface ServiceOptions extends RetryOptions {
  /** In place of the service's own address (proxies, tests). */
  readonly baseUrl?: string;
  /** Default: the process's environment over a .env file's. */
  readonly environment?: Environment;
  /** Between two looks at a file that is being processed, in ms (default 5,000). */
  readonly pollMs?: number;
}

const OPENAI = 'https://api.openai.com/v1';

/** @throws JuxtaError `missing-key` without `OPENAI_API_KEY` */
export const openaiService = (options: ServiceOptions = {}): Service => {
  const { environment = readEnvironment(), baseUrl = OPENAI } = options;
  const key = required(environment, 'OPENAI_API_KEY', 'openai');
  const http = createHttp({ ...options, baseUrl, key, headers: { authorization: `Bearer ${key}` } });
  return {
    ...openaiCalls(http, options),
    name: 'openai',
    modelName: model => (baseUrl === OPENAI ? `openai:${model}` : `${baseUrl}#${model}`),
    hint: 'The model can be used at once.',
  };
};

/** @throws JuxtaError `missing-key` without `AZURE_OPENAI_API_KEY` and `AZURE_OPENAI_ENDPOINT` (https://NAME.openai.azure.com) */
export const azureService = (options: ServiceOptions = {}): Service => {
  const { environment = readEnvironment() } = options;
  const key = required(environment, 'AZURE_OPENAI_API_KEY', 'azure');
  const endpoint = (): string => required(environment, 'AZURE_OPENAI_ENDPOINT', 'azure').replace(/\/+$/, '');
  const baseUrl = options.baseUrl ?? `${endpoint()}/openai/v1`;
  const http = createHttp({ ...options, baseUrl, key, headers: { 'api-key': key } });
  return {
    ...openaiCalls(http, options),
    name: 'azure',
    modelName: model => `${baseUrl}#${model}`,
    hint: 'Make a deployment of the model first; name it as the model, or put the deployment’s name after the #.',
  };
};

type Calls = Pick<Service, 'upload' | 'create' | 'find' | 'job' | 'events' | 'cancel'>;

const openaiCalls = (http: Http, { pollMs = 5_000 }: ServiceOptions): Calls => ({
  upload: async (path, signal) => {
    const form = new FormData();
    form.set('purpose', 'fine-tune');
    form.set('file', new Blob([await readFile(path)]), basename(path));
    let file = await ask(http, fileAnswer, { method: 'POST', path: '/files', body: form }, signal);
    while (unready.has(file.status ?? '')) {
      await setTimeout(pollMs, undefined, { ...(signal && { signal }) });
      file = await ask(http, fileAnswer, { method: 'GET', path: `/files/${file.id}` }, signal);
    }
    if (file.status === 'error')
      throw new JuxtaError('file-refused', `the service refuses ${path}: ${detailsOf(file.status_details)}`);
    return file.id;
  },
  create: async (request, signal) => {
    const json = bodyOf(request);
    const call = { method: 'POST', path: '/fine_tuning/jobs', json, repeat: false } as const;
    return (await ask(http, jobAnswer, call, signal)).id;
  },
  find: async (file, signal) => {
    for (let after = ''; ; ) {
      const path = `/fine_tuning/jobs?limit=100${after && `&after=${after}`}`;
      const page = await ask(http, jobsAnswer, { method: 'GET', path }, signal);
      const own = page.data
        .map(jobOf)
        .find(job => job.file === file && (job.state === 'running' || job.state === 'succeeded'));
      if (own || !page.has_more || page.data.length === 0) return own;
      after = page.data.at(-1)!.id;
    }
  },
  job: async (id, signal) =>
    jobOf(await ask(http, jobAnswer, { method: 'GET', path: `/fine_tuning/jobs/${id}` }, signal)),
  events: async (id, known, signal) => {
    const fresh: JobEvent[] = [];
    for (let after = ''; ; ) {
      const path = `/fine_tuning/jobs/${id}/events?limit=100${after && `&after=${after}`}`;
      const page = await ask(http, eventsAnswer, { method: 'GET', path }, signal);
      const unknown = page.data.filter(event => !known.has(event.id));
      fresh.push(...unknown.map(eventOf));
      if (unknown.length < page.data.length || !page.has_more || page.data.length === 0) break;
      after = page.data.at(-1)!.id;
    }
    return fresh.reverse(); // they come youngest first
  },
  cancel: async (id, signal) =>
    jobOf(await ask(http, jobAnswer, { method: 'POST', path: `/fine_tuning/jobs/${id}/cancel` }, signal)),
});

/** Azure's words for a file that cannot be used yet. */
const unready: ReadonlySet<string> = new Set(['pending', 'running', 'notRunning']);

const detailsOf = (details: unknown): string =>
  typeof details === 'string' ? details : JSON.stringify(details ?? 'without a reason');

const bodyOf = (request: JobRequest): object => {
  const { method, model, file, epochs, batchSize, learningRateMultiplier, beta, suffix, seed } = request;
  const hyperparameters = {
    n_epochs: epochs,
    ...(batchSize !== undefined && { batch_size: batchSize }),
    ...(learningRateMultiplier !== undefined && { learning_rate_multiplier: learningRateMultiplier }),
    ...(beta !== undefined && method === 'dpo' && { beta }),
  };
  return {
    model,
    training_file: file,
    seed,
    ...(suffix !== undefined && { suffix }),
    method:
      method === 'sft'
        ? { type: 'supervised', supervised: { hyperparameters } }
        : { type: 'dpo', dpo: { hyperparameters } },
    ...request.extra,
  };
};

const ends: ReadonlySet<string> = new Set(['succeeded', 'failed', 'cancelled']);

const jobOf = (answer: z.infer<typeof jobAnswer>): Job => {
  const { id, status, error } = answer;
  return {
    id,
    status,
    state: ends.has(status) ? (status as Job['state']) : 'running',
    ...(answer.fine_tuned_model && { model: answer.fine_tuned_model }),
    ...(answer.training_file && { file: answer.training_file }),
    ...(error?.message && { error: error.code ? `${error.message} (${error.code})` : error.message }),
  };
};

/** Figures come as data or, in older events, in the message alone: `Step 10/90: training loss=0.52`. */
const eventOf = ({ id, message, data }: z.infer<typeof eventsAnswer>['data'][number]): JobEvent => {
  const said = /^Step (\d+)(?:\/(\d+))?: training loss=([\d.]+)/.exec(message);
  const step = data?.step ?? (said?.[1] === undefined ? undefined : Number(said[1]));
  const steps = data?.total_steps ?? (said?.[2] === undefined ? undefined : Number(said[2]));
  const loss = data?.train_loss ?? (said?.[3] === undefined ? undefined : Number(said[3]));
  return {
    id,
    message,
    ...(step !== undefined && { step }),
    ...(steps !== undefined && { steps }),
    ...(loss !== undefined && { loss }),
  };
};
