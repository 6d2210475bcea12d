import type { EmbeddedConfig } from '../../../models/embedded/config.ts';
import type { Shape } from '../batches/batch.ts';

/**
 * The start of the transformer in plain TypeScript: look-ups and sums that matrix kernels gain nothing from. Arrays are
 * [rows, length, width], row-major.
 */

export type EmbeddingWeights = Record<'embedding' | 'position' | 'shift', Float32Array>;

/** x[t] = e[t] + shift · e[t-1], with e = embedding + position. */
export const embed = (
  { width }: EmbeddedConfig,
  { rows, length }: Shape,
  { embedding, position, shift }: EmbeddingWeights,
  tokens: Int32Array,
): Float32Array<ArrayBuffer> => {
  const x = new Float32Array(rows * length * width);
  const before = new Float32Array(width);
  for (let r = 0; r < rows; r++) {
    before.fill(0);
    for (let t = 0; t < length; t++) {
      const at = (r * length + t) * width;
      const token = tokens[r * length + t]! * width;
      for (let j = 0; j < width; j++) {
        const e = embedding[token + j]! + position[t * width + j]!;
        x[at + j] = e + shift[j]! * before[j]!;
        before[j] = e;
      }
    }
  }
  return x;
};

/** Adds the weights' gradients to `output`, from the gradient of `embed`'s result. */
export const embedGradient = (
  { width }: EmbeddedConfig,
  { rows, length }: Shape,
  { embedding, position, shift }: EmbeddingWeights,
  tokens: Int32Array,
  gradient: Float32Array,
  output: EmbeddingWeights,
): void => {
  for (let r = 0; r < rows; r++) {
    for (let t = 0; t < length; t++) {
      const at = (r * length + t) * width;
      const token = tokens[r * length + t]! * width;
      const last = t + 1 === length;
      for (let j = 0; j < width; j++) {
        const next = last ? 0 : gradient[at + width + j]!;
        const e = gradient[at + j]! + shift[j]! * next;
        output.embedding[token + j]! += e;
        output.position[t * width + j]! += e;
        output.shift[j]! += next * (embedding[token + j]! + position[t * width + j]!);
      }
    }
  }
};
