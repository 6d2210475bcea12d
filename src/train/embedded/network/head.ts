import { numpy as np } from '@jax-js/jax';
import { type EmbeddedConfig, EPSILON } from '../../../models/embedded/config.ts';
import type { Shape } from '../batches/batch.ts';
import {
  futureMask,
  normalise,
  normaliseGradient,
  outer,
  sigmoid,
  softmax,
  softmaxGradient,
  through,
} from './arithmetic.ts';

/** The end of the transformer: the target's probability, part chosen from the vocabulary, part copied. */

export type HeadWeights = Record<
  'norm' | 'head' | 'pointer.query' | 'pointer.key' | 'pointer.gate' | 'pointer.bias',
  np.Array
>;

/** What the way back needs. `same` and `is` are 1 where an earlier token, or a word, is the target. */
export type HeadMemory = Record<
  'normed' | 'scale' | 'query' | 'key' | 'attention' | 'same' | 'words' | 'is' | 'gate' | 'copied' | 'worded',
  np.Array
>;

/** Added to a probability before its logarithm, so that an impossible token costs about 21 nats, not infinity. */
const SMALLEST = 1e-9;

const swapLast = (x: np.Array): np.Array => x.transpose([0, 2, 1]);

/**
 * x [n, width], tokens and targets [rows, length] (int32) → natural-log probability of every target, [n, 1]. The target
 * of a position is the token at the next; n stands for rows × length.
 */
export const headForward = (
  { pointer, vocabulary }: EmbeddedConfig,
  { rows, length }: Shape,
  weights: HeadWeights,
  x: np.Array,
  tokens: np.Array,
  targets: np.Array,
): { readonly output: np.Array; readonly memory: HeadMemory } => {
  const { normed, scale } = normalise(x, EPSILON);
  const hidden = normed.ref.mul(weights.norm);
  const gate = sigmoid(np.matmul(hidden.ref, weights['pointer.gate']).add(weights['pointer.bias']));

  const query = np
    .matmul(hidden.ref, weights['pointer.query'])
    .reshape([rows, length, pointer])
    .mul(1 / Math.sqrt(pointer));
  const key = np.matmul(hidden.ref, weights['pointer.key']).reshape([rows, length, pointer]);
  const scores = np.matmul(query.ref, swapLast(key.ref));
  const attention = softmax(scores, futureMask(length).reshape([1, length, length]));
  const same = targets.ref
    .reshape([rows, length, 1])
    .equal(tokens.reshape([rows, 1, length]))
    .astype(np.float32);
  const copied = attention.ref
    .mul(same.ref)
    .sum(-1)
    .reshape([rows * length, 1]);

  const words = softmax(np.matmul(hidden, weights.head));
  const is = targets
    .reshape([rows * length, 1])
    .equal(np.arange(vocabulary).reshape([1, vocabulary]))
    .astype(np.float32);
  const worded = words.ref.mul(is.ref).sum(-1, { keepdims: true });
  const probability = mixture(gate.ref, copied.ref, worded.ref);
  return {
    output: np.log(probability),
    memory: { normed, scale, query, key, attention, same, words, is, gate, copied, worded },
  };
};

const mixture = (gate: np.Array, copied: np.Array, worded: np.Array): np.Array =>
  gate.ref.mul(copied).add(gate.mul(-1).add(1).mul(worded)).add(SMALLEST);

/** The gradients of the head's weights and of its input, from that of its output [n, 1]. */
export const headBackward = (
  { pointer }: EmbeddedConfig,
  { rows, length }: Shape,
  weights: HeadWeights,
  memory: HeadMemory,
  gradient: np.Array,
): { readonly input: np.Array; readonly weights: HeadWeights } => {
  const n = rows * length;
  const { gate, copied, worded } = memory;
  const probability = gradient.mul(np.reciprocal(mixture(gate.ref, copied.ref, worded.ref)));
  const copy = probability.ref.mul(gate.ref).reshape([rows, length, 1]);
  const word = probability.ref.mul(gate.ref.mul(-1).add(1));
  const open = probability.mul(copied.sub(worded)).mul(gate.ref.mul(gate.mul(-1).add(1)));

  const scores = softmaxGradient(memory.attention, memory.same.mul(copy));
  const query = np
    .matmul(scores.ref, memory.key)
    .mul(1 / Math.sqrt(pointer))
    .reshape([n, pointer]);
  const key = np.matmul(swapLast(scores), memory.query).reshape([n, pointer]);
  const logits = softmaxGradient(memory.words, memory.is.mul(word));

  const hidden = memory.normed.ref.mul(weights.norm.ref);
  const own = {
    head: outer(hidden.ref, logits.ref),
    'pointer.query': outer(hidden.ref, query.ref),
    'pointer.key': outer(hidden.ref, key.ref),
    'pointer.gate': outer(hidden, open.ref),
    'pointer.bias': open.ref.sum(0),
  };
  weights['pointer.bias'].dispose();
  const back = through(logits, weights.head)
    .add(through(query, weights['pointer.query']))
    .add(through(key, weights['pointer.key']))
    .add(open.mul(weights['pointer.gate'].reshape([1, -1])));
  const norm = back.ref.mul(memory.normed.ref).sum(0);
  const input = normaliseGradient(memory.normed, memory.scale, back.mul(weights.norm));
  return { input, weights: { norm, ...own } };
};
