import { numpy as np } from '@jax-js/jax';
import { type EmbeddedConfig, EPSILON, weightShapes } from '../../models/embedded/config.ts';
import { expShifted, gelu, rmsNorm, sigmoid } from './arithmetic.ts';

/** The weights as jax-js arrays, by tensor name. */
export type Parameters = Record<string, np.Array>;

/** Added to a probability before its logarithm, so that an impossible token costs about 21 nats, not infinity. */
const SMALLEST = 1e-9;
const HIDDEN = -1e9;

/** The arrays of flat weights, laid out as `weightShapes` orders them. */
export const parametersOf = (config: EmbeddedConfig, flat: Float32Array): Parameters => {
  const parameters: Parameters = {};
  let offset = 0;
  for (const [name, shape] of weightShapes(config)) {
    const size = shape.reduce((a, b) => a * b, 1);
    parameters[name] = np.array(flat.slice(offset, offset + size)).reshape([...shape]);
    offset += size;
  }
  return parameters;
};

/**
 * The training graph: tokens [rows, length] and targets [rows, length] (int32; the target of position t is the token
 * at t + 1) → natural-log probability of every target [rows, length]. The maths are those of `EmbeddedConfig`;
 * attention is causal, so padding at the end of a row needs no mask: whoever reads the result leaves it out.
 *
 * Like all jax-js functions it consumes its arguments.
 */
export const targetLogProbabilities = (
  config: EmbeddedConfig,
  p: Parameters,
  tokens: np.Array,
  targets: np.Array,
): np.Array => {
  const [rows, length] = tokens.shape as [number, number];
  const { width } = config;
  const future = np.where(np.tri(length, length, 0, { dtype: np.bool }), 0, HIDDEN);
  let x = embed(p, tokens.ref, length);
  for (let i = 0; i < config.layers; i++) {
    const normed = rmsNorm(x.ref, p[`layers.${i}.norm1`]!, EPSILON).reshape([rows * length, width]);
    const mixed = attention(config, normed, p[`layers.${i}.qkv`]!, future.ref, rows);
    x = x.add(np.matmul(mixed, p[`layers.${i}.out`]!).reshape([rows, length, width]));
    const again = rmsNorm(x.ref, p[`layers.${i}.norm2`]!, EPSILON).reshape([rows * length, width]);
    const inner = gelu(np.matmul(again, p[`layers.${i}.up`]!));
    x = x.add(np.matmul(inner, p[`layers.${i}.down`]!).reshape([rows, length, width]));
  }
  const hidden = rmsNorm(x, p.norm!, EPSILON).reshape([rows * length, width]);
  const gate = sigmoid(np.matmul(hidden.ref, p['pointer.gate']!).add(p['pointer.bias']!)).reshape([
    rows,
    length,
  ]);
  const copied = copyProbability(config, p, hidden.ref, tokens, targets.ref, future);
  const worded = wordProbability(config, p.head!, hidden, targets);
  const probability = gate.ref.mul(copied).add(gate.mul(-1).add(1).mul(worded));
  return np.log(probability.add(SMALLEST));
};

/** e[t] + shift * e[t-1], with e = embedding + position; [rows, length, width]. */
const embed = (p: Parameters, tokens: np.Array, length: number): np.Array => {
  const position = p.position!.slice([0, length], []).reshape([1, length, -1]);
  const plain = p.embedding!.slice(tokens).add(position);
  const before = np.pad(plain.ref, { 1: [1, 0] }).slice([], [0, length], []);
  return plain.add(before.mul(p.shift!));
};

/** Causal multi-head self-attention before its output matrix; [rows * length, width] → the same. */
const attention = (
  { width, heads }: EmbeddedConfig,
  x: np.Array,
  weights: np.Array,
  future: np.Array,
  rows: number,
): np.Array => {
  const length = x.shape[0]! / rows;
  const headWidth = width / heads;
  // Slicing the weights rather than the product keeps the backward pass from padding [rows * length, 3 * width] thrice.
  const [query, key, value] = [0, 1, 2].map(part =>
    np
      .matmul(x.ref, weights.ref.slice([], [part * width, (part + 1) * width]))
      .reshape([rows, length, heads, headWidth])
      .transpose([0, 2, 1, 3]),
  ) as [np.Array, np.Array, np.Array];
  x.dispose();
  weights.dispose();
  const scores = np.matmul(query, key.transpose([0, 1, 3, 2])).mul(1 / Math.sqrt(headWidth));
  const strength = expShifted(scores.add(future.reshape([1, 1, length, length])));
  const share = np.reciprocal(strength.ref.sum(-1, { keepdims: true }));
  return np
    .matmul(strength.mul(share), value)
    .transpose([0, 2, 1, 3])
    .reshape([rows * length, width]);
};

/** The pointer's attention over earlier positions, added up where they hold the target; [rows, length]. */
const copyProbability = (
  { pointer }: EmbeddedConfig,
  p: Parameters,
  hidden: np.Array,
  tokens: np.Array,
  targets: np.Array,
  future: np.Array,
): np.Array => {
  const [rows, length] = tokens.shape as [number, number];
  const query = np.matmul(hidden.ref, p['pointer.query']!).reshape([rows, length, pointer]);
  const key = np.matmul(hidden, p['pointer.key']!).reshape([rows, length, pointer]);
  const scores = np.matmul(query, key.transpose([0, 2, 1])).mul(1 / Math.sqrt(pointer));
  const strength = expShifted(scores.add(future.reshape([1, length, length])));
  const same = targets
    .reshape([rows, length, 1])
    .equal(tokens.reshape([rows, 1, length]))
    .astype(np.float32);
  return strength.ref
    .mul(same)
    .sum(-1)
    .mul(np.reciprocal(strength.sum(-1)));
};

/** The softmax's probability of the target; [rows, length]. */
const wordProbability = (
  { vocabulary }: EmbeddedConfig,
  head: np.Array,
  hidden: np.Array,
  targets: np.Array,
): np.Array => {
  const shape = [...targets.shape];
  const strength = expShifted(np.matmul(hidden, head));
  const isTarget = targets
    .reshape([-1, 1])
    .equal(np.arange(vocabulary).reshape([1, vocabulary]))
    .astype(np.float32);
  return strength.ref
    .mul(isTarget)
    .sum(-1)
    .mul(np.reciprocal(strength.sum(-1)))
    .reshape(shape);
};
