/**
 * Does jobs on all cores: each worker thread has its own cast, so the embedded model samples on every core. Results
 * come in the order of completion; nothing in them depends on which worker did what.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { JuxtaError } from '../base/errors.ts';
import { workerFile } from '../base/worker-file.ts';
import type { CastSpec } from './cast.ts';
import type { Executor } from './executor.ts';
import { interrupted } from './interrupted.ts';
import type { Job, JobResult } from './job.ts';
import type { FromWorker } from './worker.ts';

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
  const workers = Array.from(
    { length: Math.min(threads, jobs.length) },
    () => new Worker(workerFile('./worker', import.meta.url), { workerData: spec }),
  );
  const serve = (worker: Worker): Promise<void> =>
    new Promise((resolve, reject) => {
      const send = (): void => {
        const id = next++;
        if (id < jobs.length) worker.postMessage({ id, job: jobs[id] });
        else resolve();
      };
      worker.on('message', (message: FromWorker) => {
        if (message.kind === 'ready') {
          send();
          return;
        }
        if (message.kind === 'failed') {
          const { code, message: text, hint } = message;
          reject(new JuxtaError(code, text, hint === undefined ? {} : { hint }));
          return;
        }
        Promise.resolve(onResult(message.result as JobResult<J>, jobs[message.id]!)).then(send, reject);
      });
      worker.on('error', reject);
      worker.on('exit', code => reject(new JuxtaError('worker-died', `a worker thread ended (${code})`)));
    });
  const stopped = new Promise<never>((_, reject) =>
    signal?.addEventListener('abort', () => reject(interrupted()), { once: true }),
  );
  try {
    await Promise.race([Promise.all(workers.map(serve)), stopped]);
  } finally {
    await Promise.all(workers.map(worker => worker.terminate()));
  }
};
