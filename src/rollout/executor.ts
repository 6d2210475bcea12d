import type { CastSpec } from './cast.ts';
import type { Job, JobResult } from './job.ts';

/**
 * Does jobs. Cast and jobs are plain data, so an executor may send them to threads, or to workers on other machines; what
 * comes back does not depend on who did what. `executor.conformance.ts` holds the laws.
 *
 * @example
 * const executor = await executorFor(cast, { threads: 4 });
 * await executor.run(cast, jobs, tree => store.saveTree(...rowsOf(tree)), signal);
 */
export interface Executor {
  /**
   * Hands over each result once, in the order of completion. A result that was cut short by a stop is not handed over. A
   * job that throws fails alone: the others are done, then `run` throws.
   * @param onResult awaited before whoever did the job is given another
   * @throws JuxtaError `interrupted` if the signal fires, `budget-spent` and `endpoint-failed` of remote models; by its own
   *   code whatever `onResult` throws, at once, and what a job threw, at the end
   */
  run<J extends Job>(
    cast: CastSpec,
    jobs: readonly J[],
    onResult: (result: JobResult<J>, job: J) => Promise<void> | void,
    signal?: AbortSignal,
  ): Promise<void>;
}
