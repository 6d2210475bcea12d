/** How the learning rate runs over a training: up from 0 in the warm-up, then down to a fraction of its peak. */
export interface Schedule {
  readonly learningRate: number;
  readonly schedule: 'linear' | 'cosine' | 'constant';
  /** Steps of warm-up. */
  readonly warmup: number;
  /** What is left of the learning rate at the last step, as a fraction. */
  readonly final: number;
}

/** The learning rate of step `step` (from 1) of `steps`. */
export const learningRateAt = (
  { learningRate, schedule, warmup, final }: Schedule,
  step: number,
  steps: number,
): number => {
  if (step <= warmup) return (learningRate * step) / Math.max(1, warmup);
  if (schedule === 'constant') return learningRate;
  const progress = Math.min(1, (step - warmup) / Math.max(1, steps - warmup));
  const left = schedule === 'linear' ? 1 - progress : (1 + Math.cos(Math.PI * progress)) / 2;
  return learningRate * (final + (1 - final) * left);
};
