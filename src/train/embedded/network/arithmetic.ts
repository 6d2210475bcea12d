import { numpy as np } from '@jax-js/jax';

/**
 * Building blocks of the training graph. Like all jax-js functions they consume their arguments. Gradients are written
 * out beside each function rather than left to `grad`, which keeps three times as many intermediate arrays.
 */

const HALVINGS = 6;
const RANGE = 80;

/**
 * e^x, elementwise, from operations that the Wasm backend vectorises (its own `exp` runs one lane at a time): a fifth
 * order series of x / 64, squared six times. Relative error below 1e-5 for |x| < 12; x is held within ±80.
 */
const exponential = (x: np.Array): np.Array => {
  const small = np.clip(x, -RANGE, RANGE).mul(1 / 2 ** HALVINGS);
  let power = small.ref.mul(1 / 120).add(1 / 24);
  for (const coefficient of [1 / 6, 1 / 2, 1, 1]) power = power.mul(small.ref).add(coefficient);
  small.dispose();
  for (let i = 0; i < HALVINGS; i++) power = power.ref.mul(power);
  return power;
};

/** 1 / d for 1 <= d <= 2 by Newton's method, as the backend's own reciprocal is not vectorised either. */
const reciprocalBetween1And2 = (d: np.Array): np.Array => {
  let guess = d.ref.mul(-8 / 17).add(24 / 17);
  for (let i = 0; i < 3; i++) guess = guess.ref.mul(guess.mul(d.ref).mul(-1).add(2));
  d.dispose();
  return guess;
};

/** 1 / (1 + e^-x) = 1/2 + sign(x) · (1 / (1 + e^-|x|) - 1/2). */
export const sigmoid = (x: np.Array): np.Array => {
  const sign = np.clip(x.ref.mul(1e20), -1, 1);
  const beyondHalf = reciprocalBetween1And2(exponential(x.mul(sign.ref).mul(-1)).add(1)).sub(0.5);
  return beyondHalf.mul(sign).add(0.5);
};

/** Softmax over the last axis of `scores` (+ `mask`, if given, broadcast over it). */
export const softmax = (scores: np.Array, mask?: np.Array): np.Array => {
  // Adding the mask on both ways keeps it out of the matrix product that makes the scores, which it would slow down.
  const masked = (): np.Array => (mask ? scores.ref.add(mask.ref) : scores.ref);
  const highest = masked().max(-1, { keepdims: true });
  const strength = exponential(masked().sub(highest));
  scores.dispose();
  mask?.dispose();
  const share = np.reciprocal(strength.ref.sum(-1, { keepdims: true }));
  return strength.mul(share);
};

/** The gradient of softmax's input, from its output and that output's gradient. */
export const softmaxGradient = (output: np.Array, gradient: np.Array): np.Array => {
  const mean = output.ref.mul(gradient.ref).sum(-1, { keepdims: true });
  return output.mul(gradient.sub(mean));
};

/** 0 on and below the diagonal, hugely negative above it: [length, length]. */
export const futureMask = (length: number): np.Array =>
  np.where(np.tri(length, length, 0, { dtype: np.bool }), 0, -1e9);

/** x over its root mean square along the last axis, and the reciprocal of that root. */
export const normalise = (
  x: np.Array,
  epsilon: number,
): { readonly normed: np.Array; readonly scale: np.Array } => {
  const scale = np.reciprocal(np.sqrt(np.square(x.ref).mean(-1, { keepdims: true }).add(epsilon)));
  return { normed: x.mul(scale.ref), scale };
};

/** The gradient of `normalise`'s input, from that of its `normed`. */
export const normaliseGradient = (normed: np.Array, scale: np.Array, gradient: np.Array): np.Array => {
  const along = normed.ref.mul(gradient.ref).mean(-1, { keepdims: true });
  return gradient.sub(normed.mul(along)).mul(scale);
};

/** GELU in its tanh form, written as x · sigmoid(2u), and its derivative. */
export const gelu = (x: np.Array): { readonly output: np.Array; readonly slope: np.Array } => {
  const cubic = 0.044715;
  const linear = 2 * Math.sqrt(2 / Math.PI);
  const square = np.square(x.ref);
  const gate = sigmoid(x.ref.mul(square.ref.mul(cubic * linear).add(linear)));
  const output = x.mul(gate.ref);
  const steepness = square.mul(3 * cubic * linear).add(linear);
  const slope = gate.ref.add(output.ref.mul(gate.mul(-1).add(1)).mul(steepness));
  return { output, slope };
};

/** The product of the transpose of `a` [n, i] with `b` [n, o]: a weight's gradient, [i, o]. */
export const outer = (a: np.Array, b: np.Array): np.Array => np.matmul(a.transpose([1, 0]), b);

/** `a` [n, o] times the transpose of the weight [i, o]: the gradient of the weight's input, [n, i]. */
export const through = (a: np.Array, weight: np.Array): np.Array => np.matmul(a, weight.transpose([1, 0]));
