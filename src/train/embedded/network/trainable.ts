import { type EmbeddedConfig, type Weights, weightShapes } from '../../../models/embedded/config.ts';
import type { Range } from '../optimiser/adamw.ts';

/** What the optimizer moves, and how it relates to the model's weights. */
export interface Trainable {
  readonly parameters: Float32Array;
  readonly ranges: readonly Range[];
  /** The parameters' gradient from that of the full weights. May return the given array. */
  gradient(full: Float32Array): Float32Array;
  /** Writes the model's weights that the parameters stand for. */
  weights(output: Float32Array): void;
}

/** All weights as one array, in the order of `weightShapes`. */
export const flatten = (config: EmbeddedConfig, weights: Weights): Float32Array => {
  const flat = new Float32Array(weightCount(config));
  let offset = 0;
  for (const name of weightShapes(config).keys()) {
    const values = weights.get(name)!;
    flat.set(values, offset);
    offset += values.length;
  }
  return flat;
};

/** The inverse of `flatten`; the tensors are copies. */
export const unflatten = (config: EmbeddedConfig, flat: Float32Array): Weights => {
  const weights = new Map<string, Float32Array>();
  for (const { name, start, end } of weightRanges(config)) weights.set(name, flat.slice(start, end));
  return weights;
};

export const weightCount = (config: EmbeddedConfig): number => weightRanges(config).at(-1)!.end;

/** Where each tensor lies in the flat weights. Matrices decay. */
export const weightRanges = (
  config: EmbeddedConfig,
): readonly (Range & { readonly name: string; readonly shape: readonly number[] })[] => {
  let offset = 0;
  return [...weightShapes(config)].map(([name, shape]) => {
    const start = offset;
    offset += shape.reduce((a, b) => a * b, 1);
    return { name, shape, start, end: offset, decays: shape.length > 1 };
  });
};

/** Every weight is trained. */
export const fullTrainable = (config: EmbeddedConfig, start: Float32Array): Trainable => {
  const parameters = start.slice();
  return {
    parameters,
    ranges: weightRanges(config),
    gradient: full => full,
    weights: output => output.set(parameters),
  };
};
