/**
 * The embedded transformer's shape and the layout of its weights, shared by the decoder that samples
 * (`models/embedded`) and the jax-js graph that trains (`train/embedded`).
 *
 * Decoder-only, pre-norm (RMS norm, eps 1e-5), tanh-GELU, learned positions, and two additions that make a model
 * this small able to copy: a one-token shift at the input, x[t] = e[t] + shift * e[t-1] with e = embedding +
 * position; and a pointer head, p = (1-g) softmax(h W) + g * (attention over the tokens at positions <= t, added up
 * by token id), with g = sigmoid(h w + b) and 64-wide queries and keys made from the last normed hidden state h.
 */
export interface EmbeddedConfig {
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  /** Number of token ids: closed words, then slot tokens. A multiple of 16. */
  readonly vocabulary: number;
  /** Longest sequence in tokens. */
  readonly context: number;
  /** Width of the pointer head's queries and keys. */
  readonly pointer: number;
}

export const EPSILON = 1e-5;

/** Tensor name → shape, in the order in which they are stored. Matrices are [inputs, outputs], row-major. */
export const weightShapes = (c: EmbeddedConfig): ReadonlyMap<string, readonly number[]> => {
  const shapes = new Map<string, readonly number[]>([
    ['embedding', [c.vocabulary, c.width]],
    ['position', [c.context, c.width]],
    ['shift', [c.width]],
  ]);
  for (let i = 0; i < c.layers; i++) {
    shapes.set(`layers.${i}.norm1`, [c.width]);
    // Columns are [queries | keys | values], each heads × (width / heads).
    shapes.set(`layers.${i}.qkv`, [c.width, 3 * c.width]);
    shapes.set(`layers.${i}.out`, [c.width, c.width]);
    shapes.set(`layers.${i}.norm2`, [c.width]);
    shapes.set(`layers.${i}.up`, [c.width, 4 * c.width]);
    shapes.set(`layers.${i}.down`, [4 * c.width, c.width]);
  }
  shapes.set('norm', [c.width]);
  shapes.set('head', [c.width, c.vocabulary]);
  shapes.set('pointer.query', [c.width, c.pointer]);
  shapes.set('pointer.key', [c.width, c.pointer]);
  shapes.set('pointer.gate', [c.width, 1]);
  shapes.set('pointer.bias', [1]);
  return shapes;
};

/** Weights by tensor name, as float32. */
export type Weights = ReadonlyMap<string, Float32Array>;
