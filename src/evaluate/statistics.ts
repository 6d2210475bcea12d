/** Plain estimates with their intervals. Everything is two-sided and at 95 %. */

export interface Interval {
  readonly low: number;
  readonly high: number;
}
/** A figure with its 95 % interval. */
export interface Estimate extends Interval {
  readonly value: number;
}

/** A figure without an interval. */
export const exactly = (value: number): Estimate => ({ value, low: value, high: value });

/** The 97.5 % point of the normal distribution. */
const z = 1.959963984540054;

/** NaN for an empty list. */
export const mean = (values: readonly number[]): number => {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
};

/**
 * The share of successes with Wilson's score interval, which stays within [0, 1] and holds its level near the ends.
 * Without trials the value is NaN and the interval is all of [0, 1].
 */
export const wilson = (successes: number, trials: number): Estimate => {
  if (trials === 0) return { value: Number.NaN, low: 0, high: 1 };
  const share = successes / trials;
  const scale = 1 + z ** 2 / trials;
  const centre = (share + z ** 2 / (2 * trials)) / scale;
  const half = (z / scale) * Math.sqrt((share * (1 - share)) / trials + z ** 2 / (4 * trials ** 2));
  return {
    value: share,
    low: successes === 0 ? 0 : centre - half,
    high: successes === trials ? 1 : centre + half,
  };
};

/** The `q` quantile of sorted values, interpolated linearly between neighbours (type 7 of Hyndman and Fan). */
export const quantile = (sorted: ArrayLike<number>, q: number): number => {
  const at = (sorted.length - 1) * q;
  const low = sorted[Math.floor(at)];
  const high = sorted[Math.ceil(at)];
  if (low === undefined || high === undefined) return Number.NaN;
  return low === high ? low : low + (high - low) * (at - Math.floor(at));
};

/** What 95 % of the draws of a bootstrap lie in (the percentile interval); draws that are not numbers are left out. */
export const percentileInterval = (draws: Float64Array): Interval => {
  const sorted = draws.filter(draw => !Number.isNaN(draw)).sort();
  return { low: quantile(sorted, 0.025), high: quantile(sorted, 0.975) };
};

/**
 * The two-sided p-value of a bootstrapped difference: twice the share of draws on the smaller side of zero, zero itself
 * counting for both. It is below 0.05 just when the percentile interval leaves out zero, and never 0.
 */
export const bootstrapP = (differences: Float64Array): number => {
  let below = 0;
  let above = 0;
  for (const difference of differences) {
    if (difference <= 0) below += 1;
    if (difference >= 0) above += 1;
  }
  return Math.min(1, (2 * (Math.min(below, above) + 1)) / (differences.length + 1));
};
