/** OpenAI's fine-tuning API, and Azure's, which speaks the same. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import OpenAI, { APIError, toFile } from 'openai';
import type { JobCreateParams } from 'openai/resources/fine-tuning/jobs';
import type { z } from 'zod';
import { JuxtaError } from '../../base/errors.ts';
import { type Environment, readEnvironment, redact } from '../../models/provider/keys.ts';
import { checked } from './http.ts';
import { required } from './keys.ts';
import { eventOf, eventsAnswer, fileAnswer, jobAnswer, jobOf, jobsAnswer } from './openai-answers.ts';
import { patiently, type RetryOptions, refused, type Tried, unanswered, wordsOf } from './retry.ts';
import type { JobEvent, JobRequest, Service } from './service.ts';

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
  return {
    ...callsOf(clientOf(baseUrl, key, options), key, options),
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
  const headers = { 'api-key': key, authorization: null };
  return {
    ...callsOf(clientOf(baseUrl, key, options, headers), key, options),
    name: 'azure',
    modelName: model => `${baseUrl}#${model}`,
    hint: 'Make a deployment of the model first; name it as the model, or put the deployment’s name after the #.',
  };
};

const clientOf = (
  baseURL: string,
  apiKey: string,
  { timeoutMs = 120_000 }: ServiceOptions,
  defaultHeaders: Readonly<Record<string, string | null>> = {},
): OpenAI =>
  new OpenAI({
    baseURL,
    apiKey,
    defaultHeaders,
    timeout: timeoutMs,
    // Its own patience is short, and does not know which requests must not be made twice.
    maxRetries: 0,
    // What the environment says is meant for other programs, and would change where data go to.
    organization: null,
    project: null,
    fetchOptions: { redirect: 'manual' }, // a key must not follow to wherever a redirect points
  });

type Calls = Pick<Service, 'upload' | 'create' | 'find' | 'job' | 'events' | 'cancel'>;

/** What is asked of the client, by name for a person who reads that it failed. */
interface Question {
  readonly where: string;
  readonly repeat?: boolean;
  readonly signal: AbortSignal | undefined;
  readonly send: (options: OpenAI.RequestOptions) => PromiseLike<unknown>;
}

const callsOf = ({ files, fineTuning: { jobs } }: OpenAI, key: string, options: ServiceOptions): Calls => {
  const { pollMs = 5_000 } = options;
  const ask = async <T>(
    schema: z.ZodType<T>,
    { where, repeat = true, signal, send }: Question,
  ): Promise<T> => {
    const attempt = async (): Promise<Tried<unknown>> => {
      try {
        const answer = await send(signal ? { signal } : {});
        // The client gives what does not say that it is JSON as it came.
        return typeof answer === 'string' ? notJson(where) : { answer };
      } catch (thrown) {
        return triedWith(where, thrown, key);
      }
    };
    return checked(schema, await patiently(options, attempt, repeat, signal), where);
  };
  return {
    upload: async (path, signal) => {
      const send: Question['send'] = async request => {
        const file = await toFile(readFile(path), basename(path));
        // As long as it takes.
        return files.create({ purpose: 'fine-tune', file }, { ...request, timeout: 3_600_000 });
      };
      let file = await ask(fileAnswer, { where: 'POST /files', signal, send });
      while (unready.has(file.status ?? '')) {
        await setTimeout(pollMs, undefined, { ...(signal && { signal }) });
        const { id } = file;
        const look: Question['send'] = request => files.retrieve(id, request);
        file = await ask(fileAnswer, { where: `GET /files/${id}`, signal, send: look });
      }
      if (file.status === 'error')
        throw new JuxtaError(
          'file-refused',
          `the service refuses ${path}: ${detailsOf(file.status_details)}`,
        );
      return file.id;
    },
    create: async (given, signal) => {
      const send: Question['send'] = request => jobs.create(bodyOf(given), request);
      return (await ask(jobAnswer, { where: 'POST /fine_tuning/jobs', repeat: false, signal, send })).id;
    },
    find: async (file, signal) => {
      for (let after: string | undefined; ; ) {
        const query = { limit: 100, ...(after !== undefined && { after }) };
        const send: Question['send'] = request => jobs.list(query, request);
        const page = await ask(jobsAnswer, { where: 'GET /fine_tuning/jobs', signal, send });
        const own = page.data
          .map(jobOf)
          .find(job => job.file === file && (job.state === 'running' || job.state === 'succeeded'));
        if (own || !page.has_more || page.data.length === 0) return own;
        after = page.data.at(-1)!.id;
      }
    },
    job: async (id, signal) => {
      const send: Question['send'] = request => jobs.retrieve(id, request);
      return jobOf(await ask(jobAnswer, { where: `GET /fine_tuning/jobs/${id}`, signal, send }));
    },
    events: async (id, known, signal) => {
      const fresh: JobEvent[] = [];
      for (let after: string | undefined; ; ) {
        const query = { limit: 100, ...(after !== undefined && { after }) };
        const send: Question['send'] = request => jobs.listEvents(id, query, request);
        const page = await ask(eventsAnswer, { where: `GET /fine_tuning/jobs/${id}/events`, signal, send });
        const unknown = page.data.filter(event => !known.has(event.id));
        fresh.push(...unknown.map(eventOf));
        if (unknown.length < page.data.length || !page.has_more || page.data.length === 0) break;
        after = page.data.at(-1)!.id;
      }
      return fresh.reverse(); // they come youngest first
    },
    cancel: async (id, signal) => {
      const send: Question['send'] = request => jobs.cancel(id, request);
      return jobOf(await ask(jobAnswer, { where: `POST /fine_tuning/jobs/${id}/cancel`, signal, send }));
    },
  };
};

const notJson = (where: string): Tried<never> => refused(where, 200, 'the answer is not JSON', null);

/** What the client threw: an answer that refuses, one that is not JSON, or none. */
const triedWith = (where: string, thrown: unknown, key: string): Tried<never> => {
  if (thrown instanceof SyntaxError) return notJson(where);
  if (!(thrown instanceof APIError) || thrown.status === undefined)
    return unanswered(where, redact(wordsOf(thrown), key), thrown);
  const { message } = (thrown.error ?? {}) as { message?: unknown };
  const said = typeof message === 'string' ? message : thrown.message.replace(/^\d+ /, '');
  return refused(where, thrown.status, redact(said, key), thrown.headers?.get('retry-after') ?? null);
};

/** Azure's words for a file that cannot be used yet. */
const unready: ReadonlySet<string> = new Set(['pending', 'running', 'notRunning']);

const detailsOf = (details: unknown): string =>
  typeof details === 'string' ? details : JSON.stringify(details ?? 'without a reason');

const bodyOf = (request: JobRequest): JobCreateParams => {
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
