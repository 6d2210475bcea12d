import { random } from '../../base/random.ts';
import type { EmbeddedConfig, Weights } from './config.ts';
import { weightShapes } from './config.ts';

const spread = (config: EmbeddedConfig, tensor: string): number => {
  const matrix = 1 / Math.sqrt(config.width);
  const name = tensor.replace(/^layers\.\d+\./, '');
  if (name === 'embedding' || name === 'position') return 0.05;
  if (name === 'shift') return 0.5;
  if (name === 'out') return matrix / Math.sqrt(2 * config.layers);
  if (name === 'down') return matrix / Math.sqrt(2 * config.layers) / 2;
  if (name === 'head' || name === 'pointer.gate') return matrix / 2;
  return matrix;
};

/**
 * Weights from which training starts: normal draws, smaller where residual branches add up, norms 1, and a pointer
 * gate that starts mostly closed. The same configuration and seed give the same weights.
 */
export const initialWeights = (config: EmbeddedConfig, seed: number): Weights => {
  const weights = new Map<string, Float32Array>();
  for (const [name, shape] of weightShapes(config)) {
    const values = new Float32Array(shape.reduce((a, b) => a * b, 1));
    if (/norm\d?$/.test(name)) values.fill(1);
    else if (name === 'pointer.bias') values.fill(-1);
    else {
      const stream = random(seed, 'weights', name);
      const std = spread(config, name);
      for (let i = 0; i < values.length; i++) {
        const radius = Math.sqrt(-2 * Math.log(1 - stream.next()));
        values[i] = std * radius * Math.cos(2 * Math.PI * stream.next());
      }
    }
    weights.set(name, values);
  }
  return weights;
};
