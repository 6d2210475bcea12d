/**
 * Low-rank adapters (Hu et al., arXiv 2106.09685): W = W0 + (alpha / rank) · A · B with W0 frozen. The graph computes
 * the gradient G of W; those of the adapters follow from it, scale · G · Bᵀ and scale · Aᵀ · G, so that one graph serves
 * both ways of training, and what is sampled from is always a plain model.
 */
import { random } from '../../../base/random.ts';
import type { EmbeddedConfig } from '../../../models/embedded/config.ts';
import type { LoraOptions } from '../options.ts';
import { type Trainable, weightRanges } from './trainable.ts';

/** One adapted matrix: where it lies in the weights, and its A [inputs, rank] and B [rank, outputs] in the parameters. */
interface Adapter {
  readonly weight: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly a: number;
  readonly b: number;
}

const adapted = /^layers\.\d+\.(qkv|out|up|down)$/;

/** Trains adapters on the layers' matrices (and the head, if asked for); all other weights stay as they are. */
export const loraTrainable = (
  config: EmbeddedConfig,
  start: Float32Array,
  { rank, alpha, head = false }: LoraOptions,
  seed: number,
): Trainable => {
  const scale = alpha / rank;
  let size = 0;
  const adapters = weightRanges(config)
    .filter(({ name }) => adapted.test(name) || (head && name === 'head'))
    .map(({ start: weight, shape }): Adapter => {
      const [inputs, outputs] = shape as [number, number];
      const a = size;
      const b = a + inputs * rank;
      size = b + rank * outputs;
      return { weight, inputs, outputs, a, b };
    });
  const parameters = new Float32Array(size);
  const own = new Float32Array(size);
  // A starts at random and B at 0, so that training starts from W0.
  const stream = random(seed, 'lora');
  for (const { inputs, a, b } of adapters)
    for (let i = a; i < b; i++) parameters[i] = (2 * stream.next() - 1) * Math.sqrt(3 / inputs);

  const gradient = (full: Float32Array): Float32Array => {
    own.fill(0);
    for (const { weight, inputs, outputs, a, b } of adapters) {
      for (let i = 0; i < inputs; i++) {
        const row = full.subarray(weight + i * outputs, weight + (i + 1) * outputs);
        for (let r = 0; r < rank; r++) {
          const rowOfB = b + r * outputs;
          const scaledA = scale * parameters[a + i * rank + r]!;
          let dot = 0;
          for (let j = 0; j < outputs; j++) {
            dot += row[j]! * parameters[rowOfB + j]!;
            own[rowOfB + j]! += scaledA * row[j]!;
          }
          own[a + i * rank + r] = scale * dot;
        }
      }
    }
    return own;
  };

  const weights = (output: Float32Array): void => {
    output.set(start);
    for (const { weight, inputs, outputs, a, b } of adapters) {
      for (let i = 0; i < inputs; i++) {
        const row = output.subarray(weight + i * outputs, weight + (i + 1) * outputs);
        for (let r = 0; r < rank; r++) {
          const scaledA = scale * parameters[a + i * rank + r]!;
          const rowOfB = b + r * outputs;
          for (let j = 0; j < outputs; j++) row[j]! += scaledA * parameters[rowOfB + j]!;
        }
      }
    }
  };
  return { parameters, ranges: [{ start: 0, end: size, decays: true }], gradient, weights };
};
