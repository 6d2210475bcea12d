/**
 * pass^k and pass@k: the chance that all of k independent trials of a task succeed, or that one of them does. Both are
 * unbiased estimates from n ≥ k trials (Yao et al. 2024, Chen et al. 2021), averaged over tasks.
 */
import { type BootstrapOptions, clusteredMean } from './bootstrap.ts';
import { type Estimate, mean } from './statistics.ts';

/** One of several conversations about the same task. */
export interface Trial {
  readonly task: string;
  readonly success: boolean;
  /** The cause that ended it, if that was no doing of the agent; else null. */
  readonly fault: string | null;
}

/** pass^k and pass@k, for one k. */
export interface Pass {
  readonly k: number;
  /** Over the tasks that have at least k trials without a fault. */
  readonly all: Estimate;
  readonly any: Estimate;
  readonly tasks: number;
  /** Tasks with fewer than k trials without a fault. */
  readonly leftOut: number;
  /** The same with every fault counted as a failure, over the tasks that have at least k trials. */
  readonly faultBlind: { readonly all: number; readonly any: number; readonly tasks: number };
}

/** C(successes, k) / C(trials, k): NaN with fewer than k trials. */
export const passHat = (successes: number, trials: number, k: number): number => {
  if (trials < k) return Number.NaN;
  let share = 1;
  for (let i = 0; i < k; i++) share *= Math.max(0, successes - i) / (trials - i);
  return share;
};

/** 1 − C(failures, k) / C(trials, k): NaN with fewer than k trials. */
export const passAt = (successes: number, trials: number, k: number): number =>
  1 - passHat(trials - successes, trials, k);

interface Count {
  readonly task: string;
  readonly successes: number;
  readonly trials: number;
}

const countByTask = (trials: readonly Trial[]): Count[] =>
  [...Map.groupBy(trials, trial => trial.task)].map(([task, own]) => ({
    task,
    successes: own.filter(trial => trial.success).length,
    trials: own.length,
  }));

const shares = (counts: readonly Count[], k: number, share: typeof passHat) =>
  counts.map(({ task, successes, trials }) => ({ task, value: share(successes, trials, k) }));

/** pass^k and pass@k with intervals clustered by task. NaN where no task has k trials. */
export const pass = (trials: readonly Trial[], k: number, options: BootstrapOptions): Pass => {
  const valid = countByTask(trials.filter(trial => trial.fault === null));
  const blind = countByTask(
    trials.map(trial => (trial.fault === null ? trial : { ...trial, success: false })),
  );
  const enough = valid.filter(count => count.trials >= k);
  const enoughBlind = blind.filter(count => count.trials >= k);
  return {
    k,
    all: clusteredMean(shares(enough, k, passHat), options),
    any: clusteredMean(shares(enough, k, passAt), options),
    tasks: enough.length,
    leftOut: blind.length - enough.length,
    faultBlind: {
      all: mean(shares(enoughBlind, k, passHat).map(({ value }) => value)),
      any: mean(shares(enoughBlind, k, passAt).map(({ value }) => value)),
      tasks: enoughBlind.length,
    },
  };
};
