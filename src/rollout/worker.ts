/** A worker thread: opens its own cast, then does the jobs it is sent, one after another. */
import { parentPort, workerData } from 'node:worker_threads';
import { JuxtaError, messageOf } from '../base/errors.ts';
import { closeEnvironments } from '../environments/open.ts';
import { type CastSpec, openCast } from './cast.ts';
import { doJob, type Job } from './job.ts';

export type FromWorker =
  /** `holds`: the environment must be disposed of. */
  | { readonly kind: 'ready'; readonly holds: boolean }
  | { readonly kind: 'closed'; readonly costs: Readonly<Record<string, number>> }
  | { readonly kind: 'result'; readonly id: number; readonly result: unknown }
  /** Of the job with that id; without one, the thread cannot do any. */
  | {
      readonly kind: 'failed';
      readonly id?: number;
      readonly code: string;
      readonly message: string;
      readonly hint: string | undefined;
    };

export type ToWorker = { readonly id: number; readonly job: Job } | 'close';

const port = parentPort!;
const tell = (message: FromWorker): void => port.postMessage(message);
const fail = (thrown: unknown, id?: number): void => {
  const known = thrown instanceof JuxtaError ? thrown : undefined;
  const message = known ? messageOf(thrown) : ((thrown as Error)?.stack ?? messageOf(thrown));
  const code = known?.code ?? 'internal';
  tell({ kind: 'failed', ...(id !== undefined && { id }), code, message, hint: known?.hint });
};

try {
  const cast = await openCast(workerData as CastSpec);
  const { environment } = cast;
  tell({ kind: 'ready', holds: environment.dispose !== undefined });
  port.on('message', async (message: ToWorker) => {
    if (message === 'close') {
      const costs = environment.counts?.() ?? {};
      await closeEnvironments();
      return tell({ kind: 'closed', costs });
    }
    const { id, job } = message;
    await doJob(cast, job).then(
      result => tell({ kind: 'result', id, result }),
      thrown => fail(thrown, id),
    );
  });
} catch (thrown) {
  // The environment may have been opened before what failed.
  await closeEnvironments();
  fail(thrown);
}
