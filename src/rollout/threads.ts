/**
 * Does jobs on all cores: each worker thread has its own cast, so the embedded model samples on every core. Results
 * come in the order of completion; nothing in them depends on which worker did what.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { JuxtaError } from '../base/errors.ts';
import { workerFile } from '../base/worker-file.ts';
import { addEnvironmentCosts } from '../environments/open.ts';
import { definitionOf } from '../environments/registry.ts';
import { sessionsAmongThreads } from '../environments/sessions/among-threads.ts';
import type { CastSpec } from './cast.ts';
import type { Executor } from './executor.ts';
import { interrupted } from './interrupted.ts';
import type { Job, JobResult } from './job.ts';
import { jobFailures } from './job-failures.ts';
import type { FromWorker, ToWorker } from './worker.ts';

export const cores = (): number => availableParallelism();

/** @param threads at most; no more than there are jobs are started */
export const threadExecutor = (threads: number): Executor => ({
  run: (cast, jobs, onResult, signal) => runOnThreads(cast, jobs, threads, onResult, signal),
});

const runOnThreads = async <J extends Job>(
  spec: CastSpec,
  jobs: readonly J[],
  threads: number,
  onResult: (result: JobResult<J>, job: J) => Promise<void> | void,
  signal?: AbortSignal,
): Promise<void> => {
  if (jobs.length === 0) return;
  if (signal?.aborted) throw interrupted();
  let next = 0;
  const definition = await definitionOf(spec.environment);
  const shared = sessionsAmongThreads(spec.environment, definition, Math.min(threads, jobs.length));
  const workerData: CastSpec = { ...spec, environment: shared.spec };
  const workers = Array.from(
    { length: shared.threads },
    () => new Worker(workerFile('./worker', import.meta.url), { workerData }),
  );
  /** Threads whose environment is to be disposed of, or may be by the time it is open. */
  const holding = new Set(workers);
  const failures = jobFailures();
  let over = false;
  const say = (worker: Worker, message: ToWorker): void => worker.postMessage(message);
  const serve = (worker: Worker): Promise<void> =>
    new Promise((resolve, reject) => {
      const send = (): void => {
        const id = next++;
        if (id < jobs.length) say(worker, { id, job: jobs[id]! });
        else resolve();
      };
      worker.on('message', (message: FromWorker) => {
        if (message.kind === 'ready') {
          if (!message.holds) holding.delete(worker);
          send();
          return;
        }
        if (over || message.kind === 'closed') return;
        if (message.kind === 'failed') {
          const { id, code, message: text, hint } = message;
          const error = new JuxtaError(code, text, hint === undefined ? {} : { hint });
          if (id === undefined) {
            holding.delete(worker);
            reject(error);
          } else {
            failures.add(error);
            send();
          }
          return;
        }
        Promise.resolve(onResult(message.result as JobResult<J>, jobs[message.id]!)).then(send, reject);
      });
      worker.on('error', reject);
      worker.on('exit', code => {
        holding.delete(worker);
        reject(new JuxtaError('worker-died', `a worker thread ended (${code})`));
      });
    });
  const stopped = new Promise<never>((_, reject) =>
    signal?.addEventListener('abort', () => reject(interrupted()), { once: true }),
  );
  try {
    await Promise.race([Promise.all(workers.map(serve)), stopped]);
  } finally {
    over = true;
    await Promise.all([...holding].map(worker => closed(worker, () => say(worker, 'close'))));
    await Promise.all(workers.map(worker => worker.terminate()));
  }
  failures.throwAny(jobs.length);
};

/** A thread that is busy with something else is not waited for any longer. */
const CLOSE_MS = 10_000;

/** Lets a thread's environment free what it holds. */
const closed = (worker: Worker, ask: () => void): Promise<void> => {
  const over = Promise.withResolvers<void>();
  const timer = setTimeout(over.resolve, CLOSE_MS);
  worker.once('exit', () => over.resolve());
  worker.on('message', (message: FromWorker) => {
    if (message.kind !== 'closed') return;
    addEnvironmentCosts(message.costs);
    over.resolve();
  });
  ask();
  return over.promise.finally(() => clearTimeout(timer));
};
