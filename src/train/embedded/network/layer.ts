import { numpy as np } from '@jax-js/jax';
import { type EmbeddedConfig, EPSILON } from '../../../models/embedded/config.ts';
import type { Shape } from '../batches/batch.ts';
import {
  futureMask,
  gelu,
  normalise,
  normaliseGradient,
  outer,
  softmax,
  softmaxGradient,
  through,
} from './arithmetic.ts';

/** One layer of the transformer, forward and backward. `n` stands for rows × length. */

export type LayerWeights = Record<'norm1' | 'qkv' | 'out' | 'norm2' | 'up' | 'down', np.Array>;

/** What the way back needs of the way forward. Queries are divided by √(width of a head). */
export type LayerMemory = Record<
  | 'normed1'
  | 'scale1'
  | 'query'
  | 'key'
  | 'keyAcross'
  | 'valueAcross'
  | 'attention'
  | 'mixed'
  | 'normed2'
  | 'scale2'
  | 'inner'
  | 'slope',
  np.Array
>;

const headWidth = ({ width, heads }: EmbeddedConfig): number => width / heads;

/** [n, width] → [rows, heads, length, width of a head]. */
const splitHeads = (config: EmbeddedConfig, { rows, length }: Shape, x: np.Array): np.Array =>
  x.reshape([rows, length, config.heads, headWidth(config)]).transpose([0, 2, 1, 3]);

/** The inverse of `splitHeads`. */
const joinHeads = (config: EmbeddedConfig, { rows, length }: Shape, x: np.Array): np.Array =>
  x.transpose([0, 2, 1, 3]).reshape([rows * length, config.width]);

/** The columns of `qkv` that make queries (0), keys (1) or values (2). */
const third = (config: EmbeddedConfig, qkv: np.Array, part: number): np.Array =>
  qkv.slice([], [part * config.width, (part + 1) * config.width]);

const swapLast = (x: np.Array): np.Array => x.transpose([0, 1, 3, 2]);

/** x [n, width] → the same after attention and the inner network. */
export const layerForward = (
  config: EmbeddedConfig,
  shape: Shape,
  weights: LayerWeights,
  x: np.Array,
): { readonly output: np.Array; readonly memory: LayerMemory } => {
  const { normed: normed1, scale: scale1 } = normalise(x.ref, EPSILON);
  const seen = normed1.ref.mul(weights.norm1);
  const [query, key, value] = [0, 1, 2].map(part =>
    splitHeads(config, shape, np.matmul(seen.ref, third(config, weights.qkv.ref, part))),
  ) as [np.Array, np.Array, np.Array];
  seen.dispose();
  weights.qkv.dispose();
  const scaled = query.mul(1 / Math.sqrt(headWidth(config)));
  // Kept transposed as well, since products over so few columns are faster when these lie in rows.
  const keyAcross = swapLast(key.ref);
  const valueAcross = swapLast(value.ref);
  const scores = np.matmul(scaled.ref, keyAcross.ref);
  const attention = softmax(scores, futureMask(shape.length).reshape([1, 1, shape.length, shape.length]));
  const mixed = joinHeads(config, shape, np.matmul(attention.ref, value));
  const middle = x.add(np.matmul(mixed.ref, weights.out));

  const { normed: normed2, scale: scale2 } = normalise(middle.ref, EPSILON);
  const { output: inner, slope } = gelu(np.matmul(normed2.ref.mul(weights.norm2), weights.up));
  const output = middle.add(np.matmul(inner.ref, weights.down));
  return {
    output,
    memory: {
      normed1,
      scale1,
      query: scaled,
      key,
      keyAcross,
      valueAcross,
      attention,
      mixed,
      normed2,
      scale2,
      inner,
      slope,
    },
  };
};

/** The gradients of the layer's weights and of its input, from that of its output [n, width]. */
export const layerBackward = (
  config: EmbeddedConfig,
  shape: Shape,
  weights: LayerWeights,
  memory: LayerMemory,
  gradient: np.Array,
): { readonly input: np.Array; readonly weights: LayerWeights } => {
  const down = outer(memory.inner, gradient.ref);
  const inner = through(gradient.ref, weights.down).mul(memory.slope);
  const up = outer(memory.normed2.ref.mul(weights.norm2.ref), inner.ref);
  const seen2 = through(inner, weights.up);
  const norm2 = seen2.ref.mul(memory.normed2.ref).sum(0);
  const middle = gradient.add(normaliseGradient(memory.normed2, memory.scale2, seen2.mul(weights.norm2)));

  const out = outer(memory.mixed, middle.ref);
  const mixed = splitHeads(config, shape, through(middle.ref, weights.out));
  const attention = np.matmul(mixed.ref, memory.valueAcross);
  const scores = softmaxGradient(memory.attention.ref, attention);
  const value = np.matmul(swapLast(memory.attention), mixed);
  const query = np.matmul(scores.ref, memory.key).mul(1 / Math.sqrt(headWidth(config)));
  const key = np.matmul(swapLast(scores), memory.query);
  memory.keyAcross.dispose();

  const seen1 = memory.normed1.ref.mul(weights.norm1.ref);
  const parts = [query, key, value].map(part => joinHeads(config, shape, part));
  const qkv = np.concatenate(
    parts.map(part => outer(seen1.ref, part.ref)),
    1,
  );
  const back = parts
    .map((part, i) => through(part, third(config, weights.qkv.ref, i)))
    .reduce((sum, part) => sum.add(part));
  seen1.dispose();
  weights.qkv.dispose();
  const norm1 = back.ref.mul(memory.normed1.ref).sum(0);
  const input = middle.add(normaliseGradient(memory.normed1, memory.scale1, back.mul(weights.norm1)));
  return { input, weights: { norm1, qkv, out, norm2, up, down } };
};
