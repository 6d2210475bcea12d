/** AdamW (Loshchilov & Hutter, arXiv 1711.05101) over flat float32 arrays, in place. */

const FIRST_DECAY = 0.9;
const SECOND_DECAY = 0.98;
const EPSILON = 1e-8;

/** The optimizer's memory: running means of the gradient and of its square, and how many updates were made. */
export interface Moments {
  readonly first: Float32Array;
  readonly second: Float32Array;
  updates: number;
}

export const newMoments = (size: number): Moments => ({
  first: new Float32Array(size),
  second: new Float32Array(size),
  updates: 0,
});

/** Parameters [start, end) that weight decay pulls towards 0: matrices, not norms and biases. */
export interface Range {
  readonly start: number;
  readonly end: number;
  readonly decays: boolean;
}

/** The Euclidean length of a gradient. */
export const globalNorm = (gradient: Float32Array): number => {
  let sum = 0;
  for (let i = 0; i < gradient.length; i++) sum += gradient[i]! * gradient[i]!;
  return Math.sqrt(sum);
};

/**
 * One update. The gradient is multiplied by `scale` first (for the mean over a batch, and clipping); weight decay is
 * decoupled: it is applied to the parameters, times the learning rate, and does not enter the moments.
 */
export const adamwUpdate = (
  parameters: Float32Array,
  gradient: Float32Array,
  moments: Moments,
  { ranges, scale, learningRate, weightDecay }: UpdateOptions,
): void => {
  const { first, second } = moments;
  moments.updates++;
  const firstCorrection = 1 / (1 - FIRST_DECAY ** moments.updates);
  const secondCorrection = 1 / (1 - SECOND_DECAY ** moments.updates);
  for (const { start, end, decays } of ranges) {
    const kept = decays ? 1 - learningRate * weightDecay : 1;
    for (let i = start; i < end; i++) {
      const g = gradient[i]! * scale;
      const m = FIRST_DECAY * first[i]! + (1 - FIRST_DECAY) * g;
      const v = SECOND_DECAY * second[i]! + (1 - SECOND_DECAY) * g * g;
      first[i] = m;
      second[i] = v;
      const direction = (m * firstCorrection) / (Math.sqrt(v * secondCorrection) + EPSILON);
      parameters[i] = parameters[i]! * kept - learningRate * direction;
    }
  }
};

export interface UpdateOptions {
  readonly ranges: readonly Range[];
  readonly scale: number;
  readonly learningRate: number;
  readonly weightDecay: number;
}
