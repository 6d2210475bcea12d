/**
 * Bootstraps over tasks. A task is drawn with all that was measured on it (both sides of a comparison, all its
 * trials), for trials of one task are no independent evidence.
 */
import { type Random, random } from '../base/random.ts';
import { bootstrapP, type Estimate, mean, percentileInterval } from './statistics.ts';

/** One task tried before and after, with the same seed. */
export interface Pair {
  /** Pairs of one task belong together and are drawn together. */
  readonly task: string;
  readonly before: number;
  readonly after: number;
}

/** How a bootstrap draws. */
export interface BootstrapOptions {
  readonly seed: number;
  /** Default 10,000. */
  readonly resamples?: number;
}

/** One figure before and after, over pairs of the same task and seed. */
export interface Comparison {
  readonly tasks: number;
  readonly pairs: number;
  /** Means over the pairs, each with its own interval. */
  readonly before: Estimate;
  readonly after: Estimate;
  readonly difference: Estimate;
  /** After ÷ before; its ends are infinite where a resample has nothing before. */
  readonly ratio: Estimate;
  /** Two-sided, of the difference. */
  readonly p: number;
}

interface Sums {
  readonly before: Float64Array;
  readonly after: Float64Array;
  readonly count: Float64Array;
}

const sumsByTask = (pairs: readonly Pair[], tasks: ReadonlyMap<string, number>): Sums => {
  const sums: Sums = {
    before: new Float64Array(tasks.size),
    after: new Float64Array(tasks.size),
    count: new Float64Array(tasks.size),
  };
  for (const { task, before, after } of pairs) {
    const at = tasks.get(task)!;
    sums.before[at]! += before;
    sums.after[at]! += after;
    sums.count[at]! += 1;
  }
  return sums;
};

const numbered = (names: Iterable<string>): ReadonlyMap<string, number> =>
  new Map([...new Set(names)].map((name, i) => [name, i]));

/** Draws as many tasks as there are, with replacement, into `drawn`. */
const draw = (stream: Random, drawn: Int32Array): void => {
  for (let i = 0; i < drawn.length; i++) drawn[i] = stream.below(drawn.length);
};

const over = (values: Float64Array, drawn: Int32Array): number => {
  let sum = 0;
  for (let i = 0; i < drawn.length; i++) sum += values[drawn[i]!]!;
  return sum;
};

const estimate = (value: number, draws: Float64Array): Estimate => ({ value, ...percentileInterval(draws) });

/**
 * Compares before with after on the same tasks: the paired bootstrap, percentile intervals. Without pairs every figure
 * is NaN and p is 1.
 *
 * @example
 * pairedBootstrap([{ task: 'hamlet-1', before: 0, after: 1 }, …], { seed: 1 }).ratio // { value: 1.8, low: 1.5, high: 2.2 }
 */
export const pairedBootstrap = (
  pairs: readonly Pair[],
  { seed, resamples = 10_000 }: BootstrapOptions,
): Comparison => {
  const tasks = numbered(pairs.map(pair => pair.task));
  const sums = sumsByTask(pairs, tasks);
  const stream = random(seed, 'bootstrap');
  const drawn = new Int32Array(tasks.size);
  const befores = new Float64Array(resamples);
  const afters = new Float64Array(resamples);
  for (let resample = 0; resample < resamples; resample++) {
    draw(stream, drawn);
    const count = over(sums.count, drawn);
    befores[resample] = over(sums.before, drawn) / count;
    afters[resample] = over(sums.after, drawn) / count;
  }
  const differences = afters.map((after, i) => after - befores[i]!);
  const before = mean(pairs.map(pair => pair.before));
  const after = mean(pairs.map(pair => pair.after));
  return {
    tasks: tasks.size,
    pairs: pairs.length,
    before: estimate(before, befores),
    after: estimate(after, afters),
    difference: estimate(after - before, differences),
    ratio: estimate(
      after / before,
      afters.map((value, i) => value / befores[i]!),
    ),
    p: pairs.length === 0 ? 1 : bootstrapP(differences),
  };
};

export interface SeedsComparison {
  /** Mean over the runs of each run's difference of means. */
  readonly difference: Estimate;
  /** Mean over the runs of each run's ratio. */
  readonly ratio: Estimate;
  readonly p: number;
  readonly runs: readonly { readonly before: number; readonly after: number; readonly ratio: number }[];
}

/**
 * The mean over several runs (training seeds) of what each run gained. Every resample draws runs with replacement and,
 * independently, tasks with replacement, the same ones for all runs: tasks that the runs share stay crossed with them. With few
 * runs the interval says little of the spread between runs: look at `runs` as well.
 *
 * @param runs the pairs of each run
 */
export const bootstrapOverSeeds = (
  runs: readonly (readonly Pair[])[],
  { seed, resamples = 10_000 }: BootstrapOptions,
): SeedsComparison => {
  const tasks = numbered(runs.flatMap(pairs => pairs.map(pair => pair.task)));
  const sums = runs.map(pairs => sumsByTask(pairs, tasks));
  const stream = random(seed, 'bootstrap');
  const drawnTasks = new Int32Array(tasks.size);
  const differences = new Float64Array(resamples);
  const ratios = new Float64Array(resamples);
  for (let resample = 0; resample < resamples; resample++) {
    draw(stream, drawnTasks);
    for (let i = 0; i < sums.length; i++) {
      const run = sums[stream.below(sums.length)]!;
      const before = over(run.before, drawnTasks);
      const after = over(run.after, drawnTasks);
      differences[resample]! += (after - before) / over(run.count, drawnTasks) / sums.length;
      ratios[resample]! += after / before / sums.length;
    }
  }
  const means = runs.map(pairs => {
    const before = mean(pairs.map(pair => pair.before));
    const after = mean(pairs.map(pair => pair.after));
    return { before, after, ratio: after / before };
  });
  return {
    difference: estimate(mean(means.map(run => run.after - run.before)), differences),
    ratio: estimate(mean(means.map(run => run.ratio)), ratios),
    p: tasks.size === 0 ? 1 : bootstrapP(differences),
    runs: means,
  };
};

/** The mean of values that belong to tasks, with an interval clustered by task. */
export const clusteredMean = (
  values: readonly { readonly task: string; readonly value: number }[],
  options: BootstrapOptions,
): Estimate => {
  const pairs = values.map(({ task, value }) => ({ task, before: value, after: value }));
  return pairedBootstrap(pairs, options).after;
};

/**
 * The significance test of the reference's aggregation script: resamples the rewards of both sides by themselves, and tells
 * in which share of the draws the later side is no better. One-sided and blind to which conversations belong together, so it
 * sees less than `pairedBootstrap`; and as NumPy's draws are not ours, it agrees with the script up to the draws' own noise.
 *
 * @returns a p-value; NaN if a side is empty
 */
export const unpairedBootstrapP = (
  before: readonly number[],
  after: readonly number[],
  { seed, resamples = 100_000 }: BootstrapOptions,
): number => {
  if (before.length === 0 || after.length === 0) return Number.NaN;
  const { below } = random(seed, 'unpaired bootstrap');
  const drawn = (values: Float64Array): number => {
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += values[below(values.length)]!;
    return sum / values.length;
  };
  const [earlier, later] = [Float64Array.from(before), Float64Array.from(after)];
  let noBetter = 0;
  for (let i = 0; i < resamples; i++) if (drawn(later) <= drawn(earlier)) noBetter++;
  return noBetter / resamples;
};
