/**
 * What a run will take, estimated from a few probe tasks (`--dry-run`). Pure: it is given counts and makes none.
 */
import { addUsage, noUsage, type Usage } from '../../dialogue/turn.ts';

/** What one model was asked for in one probe task. */
export interface ModelUse {
  readonly calls: number;
  readonly usage: Usage;
  /** Undefined if the price is unknown. */
  readonly usd: number | undefined;
}

/** One probe task: the use of each model, by the model's name. */
export type Probe = Readonly<Record<string, ModelUse>>;

/** `low` and `high` bound the sum with 90 % confidence; both are undefined with fewer than two probes. */
export interface Range {
  readonly expected: number;
  readonly low: number | undefined;
  readonly high: number | undefined;
}

export interface Estimate {
  readonly calls: Range;
  readonly inputTokens: Range;
  readonly outputTokens: Range;
  /** Undefined if the price of a model that is used is unknown. */
  readonly usd: Range | undefined;
}

export interface RunEstimate {
  readonly probes: number;
  readonly tasks: number;
  readonly total: Estimate;
  readonly byModel: Readonly<Record<string, Estimate>>;
}

/**
 * Extrapolates from the probes, which are some of the tasks, to all of them. Tasks are taken to be drawn alike, so probe
 * tasks should be drawn from all over the split.
 *
 * @param tasks all of the run, the probes among them
 */
export const estimateRun = (probes: readonly Probe[], tasks: number): RunEstimate => {
  const models = [...new Set(probes.flatMap(probe => Object.keys(probe)))].sort();
  const used = (model: string): readonly ModelUse[] => probes.map(probe => probe[model] ?? nothing);
  return {
    probes: probes.length,
    tasks,
    total: estimate(
      probes.map(probe => Object.values(probe).reduce(addUse, nothing)),
      tasks,
    ),
    byModel: Object.fromEntries(models.map(model => [model, estimate(used(model), tasks)])),
  };
};

const nothing: ModelUse = { calls: 0, usage: noUsage, usd: 0 };

const addUse = (a: ModelUse, b: ModelUse): ModelUse => ({
  calls: a.calls + b.calls,
  usage: addUsage(a.usage, b.usage),
  usd: a.usd === undefined || b.usd === undefined ? undefined : a.usd + b.usd,
});

const estimate = (uses: readonly ModelUse[], tasks: number): Estimate => {
  const dollars = uses.map(({ usd }) => usd);
  return {
    calls: extrapolate(
      uses.map(({ calls }) => calls),
      tasks,
    ),
    inputTokens: extrapolate(
      uses.map(({ usage }) => usage.inputTokens),
      tasks,
    ),
    outputTokens: extrapolate(
      uses.map(({ usage }) => usage.outputTokens),
      tasks,
    ),
    usd: dollars.every(usd => usd !== undefined) ? extrapolate(dollars, tasks) : undefined,
  };
};

/** The known sum and what the rest will add: mean and prediction interval of a sum of draws like these. */
const extrapolate = (known: readonly number[], tasks: number): Range => {
  const n = known.length;
  const sum = known.reduce((a, b) => a + b, 0);
  const rest = Math.max(0, tasks - n);
  if (n === 0) return { expected: 0, low: undefined, high: undefined };
  const mean = sum / n;
  const expected = sum + rest * mean;
  if (n < 2) return { expected, low: undefined, high: undefined };
  const variance = known.reduce((total, x) => total + (x - mean) ** 2, 0) / (n - 1);
  const half = studentT95(n - 1) * Math.sqrt(variance * (rest + rest ** 2 / n));
  return { expected, low: Math.max(sum, expected - half), high: expected + half };
};

/** The 95 % quantile of Student's t: exact for 1 and 2 degrees of freedom, else the Cornish–Fisher expansion. */
const studentT95 = (freedom: number): number => {
  if (freedom === 1) return 6.313752;
  if (freedom === 2) return 2.919986;
  const z = 1.644854;
  return (
    z +
    (z ** 3 + z) / (4 * freedom) +
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * freedom ** 2) +
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * freedom ** 3)
  );
};
