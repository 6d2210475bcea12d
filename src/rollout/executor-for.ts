import { type CastSpec, runsInProcess } from './cast.ts';
import type { Executor } from './executor.ts';
import { inProcessExecutor } from './in-process.ts';
import type { RunModels } from './run-models.ts';
import { threadExecutor } from './threads.ts';

/** The executor for a cast: threads for what is computed, this process for what is waited for. */
export const executorFor = async (
  cast: CastSpec,
  { threads, runModels }: { readonly threads: number; readonly runModels?: RunModels | undefined },
): Promise<Executor> => {
  if (!(await runsInProcess(cast))) return threadExecutor(threads);
  if (runModels) return inProcessExecutor(runModels);
  throw new Error('a cast with remote models needs the models of its run');
};
