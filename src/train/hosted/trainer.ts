import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { BadInputError, JuxtaError } from '../../base/errors.ts';
import { TrainingInterruptedError } from '../interrupted.ts';
import type { Dataset, ModelRef, TrainProgress } from '../trainer.ts';
import { estimateCost } from './cost.ts';
import { fingerprint, type Prepared, prepare, requestOf, writeLines } from './data.ts';
import type { HostedOptions } from './options.ts';
import { type JobRecord, readRecord, recordPath, writeRecord } from './record.ts';
import { HostedRequestError } from './retry.ts';
import type { Job, JobRequest, Service } from './service.ts';

/** `path` is the record of the job; `id` names the model as other commands take it. */
export interface HostedModel extends ModelRef {
  readonly hint: string;
}

/** A job that ended without a model. */
export class HostedJobFailedError extends JuxtaError {
  override readonly name = 'HostedJobFailedError';
  readonly job: Job;

  constructor(service: string, job: Job) {
    super('training-failed', `${service} job ${job.id} ${job.status}: ${job.error ?? 'no reason is given'}`, {
      hint: 'Mend what it says and run again: another job is started.',
    });
    this.job = job;
  }
}

const POLL_MS = 10_000;

/**
 * Fine-tunes at a service. Called again with the same options after a stop or a crash, it follows the job that is under
 * way; a service does not charge twice for an answer that was lost. Stopping leaves the job running: see `cancelJob`.
 *
 * @example
 * const model = await trainHosted(openaiService(),
 *   { id: 'openai:gpt-4.1-mini-2025-04-14', path: '' }, dataset,
 *   { method: 'sft', folder: 'runs/train-1', seed: 7, price: 5, approve: ({ usd }) => ask(`${usd} USD?`) }, show);
 * @throws BadInputError if the folder belongs to another run; JuxtaError `wrong-data`, `not-approved`, `file-refused`,
 *   `missing-key`; HostedRequestError; HostedJobFailedError; TrainingInterruptedError
 */
export const trainHosted = async (
  service: Service,
  base: ModelRef,
  dataset: Dataset,
  options: HostedOptions,
  onProgress: (progress: TrainProgress) => void,
  signal?: AbortSignal,
): Promise<HostedModel> => {
  const { folder } = options;
  let last: TrainProgress | undefined;
  try {
    const model = await trained(service, base, dataset, options, signal, progress => {
      last = progress;
      onProgress(progress);
    });
    return { id: service.modelName(model), path: recordPath(folder), hint: service.hint };
  } catch (thrown) {
    if (!signal?.aborted || thrown instanceof JuxtaError) throw thrown;
    throw new TrainingInterruptedError(last?.step ?? 0, last?.steps ?? 0);
  }
};

/** Asks the service to stop the job of a run's folder. @throws JuxtaError `no-job`; HostedRequestError */
export const cancelJob = async (service: Service, folder: string, signal?: AbortSignal): Promise<Job> => {
  const record = await readRecord(folder);
  if (record?.job !== undefined) return service.cancel(record.job, signal);
  throw new JuxtaError('no-job', `no job was started from ${folder}`);
};

/** @returns the new model by the service's name */
const trained = async (
  service: Service,
  base: ModelRef,
  dataset: Dataset,
  options: HostedOptions,
  signal: AbortSignal | undefined,
  onProgress: (progress: TrainProgress) => void,
): Promise<string> => {
  const { folder, method } = options;
  const data = await prepare(service, dataset, options);
  const request = requestOf(base, options);
  const run = fingerprint(service, request, data.lines);
  let record = await openRecord(service, folder, run, options.job);
  const save = async (changes: Partial<JobRecord>): Promise<void> => {
    record = { ...record, ...changes };
    await writeRecord(folder, record);
  };
  if (record.model !== undefined) return record.model;
  const known = record.file;
  if (record.job === undefined && known === undefined) {
    await approved(data, request.epochs, options);
    const file = join(folder, `${method}.jsonl`);
    await writeLines(file, data.lines);
    await save({ file: await service.upload(file, signal) });
  }
  if (record.job === undefined) {
    const file = record.file!;
    const begun = known === undefined ? undefined : await service.find(file, signal);
    await save({ job: begun?.id ?? (await createOnce(service, { ...request, file }, options, signal)) });
  }
  const job = await follow(service, record.job!, options, signal, onProgress);
  if (job.state === 'succeeded' && job.model !== undefined) {
    await save({ model: job.model });
    return job.model;
  }
  const { job: _, ...rest } = record;
  await writeRecord(folder, rest);
  throw new HostedJobFailedError(service.name, job);
};

const openRecord = async (
  service: Service,
  folder: string,
  run: string,
  job: string | undefined,
): Promise<JobRecord> => {
  const found = await readRecord(folder);
  if (found && found.run !== run)
    throw new BadInputError(recordPath(folder), 'belongs to a job with another base, other data or options', {
      hint: 'Give another folder, or the base, data and options that it was begun with.',
    });
  const record = found ?? { service: service.name, run };
  return job === undefined ? record : { ...record, job };
};

const approved = async (data: Prepared, epochs: number, options: HostedOptions): Promise<void> => {
  const estimate = estimateCost(data.lines.length, data.tokens, epochs, options.price);
  if (await options.approve(estimate)) return;
  throw new JuxtaError('not-approved', 'the job was not approved; nothing was sent');
};

/** Creates a job. If the answer is lost, looks whether there is one on our file before it asks again. */
const createOnce = async (
  service: Service,
  request: JobRequest,
  { pollMs = POLL_MS }: HostedOptions,
  signal?: AbortSignal,
): Promise<string> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await service.create(request, signal);
    } catch (thrown) {
      if (!(thrown instanceof HostedRequestError) || !thrown.uncertain || attempt >= 5) throw thrown;
      await setTimeout(pollMs, undefined, { ...(signal && { signal }) });
      const begun = await service.find(request.file, signal);
      if (begun) return begun.id;
    }
  }
};

/** Reports a job's events until it ends. */
const follow = async (
  service: Service,
  id: string,
  { method, onEvent, pollMs = POLL_MS }: HostedOptions,
  signal: AbortSignal | undefined,
  onProgress: (progress: TrainProgress) => void,
): Promise<Job> => {
  const known = new Set<string>();
  let steps = 0;
  for (;;) {
    const job = await service.job(id, signal);
    for (const event of await service.events(id, known, signal)) {
      known.add(event.id);
      onEvent?.(event);
      steps = event.steps ?? steps;
      const { step, loss = Number.NaN } = event;
      if (step !== undefined) onProgress({ method, step, steps, loss, tokensPerSecond: 0 });
    }
    if (job.state !== 'running') return job;
    await setTimeout(pollMs, undefined, { ...(signal && { signal }) });
  }
};
