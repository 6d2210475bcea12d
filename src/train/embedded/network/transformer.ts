import { jit, numpy as np, tree } from '@jax-js/jax';
import { type EmbeddedConfig, weightShapes } from '../../../models/embedded/config.ts';
import { type MicroBatch, padded, type Shape } from '../batches/batch.ts';
import { type EmbeddingWeights, embed, embedGradient } from './embedding.ts';
import { type HeadMemory, type HeadWeights, headBackward, headForward } from './head.ts';
import { type LayerMemory, type LayerWeights, layerBackward, layerForward } from './layer.ts';

/**
 * The model as it is trained. Each layer is a jitted graph of its own: all layers share its compilation, and the memory
 * of one layer's intermediate results serves the next, since a graph is run before the next one is begun.
 *
 * Attention is causal, so padding at the end of a row needs no mask: whoever reads the result leaves it out.
 */
export interface Transformer {
  /** Takes over new weights, flat in the order of `weightShapes`. */
  load(flat: Float32Array): void;
  /** Natural-log probability of every target, [rows, length] row-major. */
  logProbabilities(batch: MicroBatch): Float32Array;
  /** As `logProbabilities`; writes the weights' gradient to `output` once their slopes are known. */
  gradient(
    batch: MicroBatch,
    slopes: (logProbabilities: Float32Array) => Float32Array<ArrayBuffer>,
    output: Float32Array,
  ): void;
}

type Arrays = Record<string, np.Array>;
const embeddingNames = ['embedding', 'position', 'shift'] as const;
const layerNames = ['norm1', 'qkv', 'out', 'norm2', 'up', 'down'] as const;
const headNames = ['norm', 'head', 'pointer.query', 'pointer.key', 'pointer.gate', 'pointer.bias'] as const;

const compile = (config: EmbeddedConfig, shape: Shape) => ({
  layerForward: jit((weights: LayerWeights, x: np.Array) => layerForward(config, shape, weights, x)),
  layerBackward: jit((weights: LayerWeights, memory: LayerMemory, gradient: np.Array) =>
    layerBackward(config, shape, weights, memory, gradient),
  ),
  headForward: jit((weights: HeadWeights, x: np.Array, tokens: np.Array, targets: np.Array) =>
    headForward(config, shape, weights, x, tokens, targets),
  ),
  headBackward: jit((weights: HeadWeights, memory: HeadMemory, gradient: np.Array) =>
    headBackward(config, shape, weights, memory, gradient),
  ),
});
type Graphs = ReturnType<typeof compile>;

const float = (x: np.Array): Float32Array => x.dataSync() as Float32Array;
/** Runs the graph that `x` is an output of, so that its intermediate results are freed. */
const run = (x: np.Array): void => {
  x.ref.dataSync();
};

export const createTransformer = (config: EmbeddedConfig): Transformer => {
  const shapes = weightShapes(config);
  const compiled = new Map<string, Graphs>();
  const graphsFor = (shape: Shape): Graphs => {
    const key = `${shape.rows}x${shape.length}`;
    const graphs = compiled.get(key) ?? compile(config, shape);
    compiled.set(key, graphs);
    return graphs;
  };
  let embedding: EmbeddingWeights | undefined;
  let arrays: Arrays = {};

  const views = (flat: Float32Array): ReadonlyMap<string, Float32Array> => {
    let offset = 0;
    return new Map(
      [...shapes].map(([name, shape]) => {
        const start = offset;
        offset += shape.reduce((a, b) => a * b, 1);
        return [name, flat.subarray(start, offset)];
      }),
    );
  };
  const embeddingOf = (all: ReadonlyMap<string, Float32Array>): EmbeddingWeights =>
    Object.fromEntries(embeddingNames.map(name => [name, all.get(name)!])) as EmbeddingWeights;
  const layerWeights = (layer: number): LayerWeights =>
    Object.fromEntries(
      layerNames.map(name => [name, arrays[`layers.${layer}.${name}`]!.ref]),
    ) as LayerWeights;
  const headWeights = (): HeadWeights =>
    Object.fromEntries(headNames.map(name => [name, arrays[name]!.ref])) as HeadWeights;

  const load = (flat: Float32Array): void => {
    tree.dispose(arrays);
    const all = views(flat);
    embedding = embeddingOf(all);
    arrays = {};
    for (const [name, shape] of shapes) {
      if (!(name in embedding)) arrays[name] = np.array(all.get(name)!.slice()).reshape([...shape]);
    }
  };

  const forward = (batch: MicroBatch, graphs: Graphs, keep: (memory: LayerMemory) => void) => {
    const { shape } = batch;
    const { inputs, targets } = padded(batch);
    const whole = [shape.rows, shape.length];
    let x = np
      .array(embed(config, shape, embedding!, inputs))
      .reshape([shape.rows * shape.length, config.width]);
    for (let layer = 0; layer < config.layers; layer++) {
      const { output, memory } = graphs.layerForward(layerWeights(layer), x);
      run(memory.scale1);
      keep(memory);
      x = output;
    }
    const tokens = np.array(inputs).reshape(whole);
    const { output, memory } = graphs.headForward(headWeights(), x, tokens, np.array(targets).reshape(whole));
    return { inputs, memory, logProbabilities: float(output) };
  };

  return {
    load,
    logProbabilities: batch => {
      const { memory, logProbabilities } = forward(batch, graphsFor(batch.shape), tree.dispose);
      tree.dispose(memory);
      return logProbabilities;
    },
    gradient: (batch, slopes, output) => {
      const { shape } = batch;
      const graphs = graphsFor(shape);
      const memories: LayerMemory[] = [];
      const { inputs, memory, logProbabilities } = forward(batch, graphs, one => memories.push(one));
      const all = views(output);
      const write = (prefix: string, gradients: Arrays): void => {
        for (const [name, gradient] of Object.entries(gradients))
          all.get(prefix + name)!.set(float(gradient));
      };
      const start = np.array(slopes(logProbabilities)).reshape([shape.rows * shape.length, 1]);
      let { input, weights } = graphs.headBackward(headWeights(), memory, start) as {
        input: np.Array;
        weights: Arrays;
      };
      write('', weights);
      for (let layer = config.layers - 1; layer >= 0; layer--) {
        ({ input, weights } = graphs.layerBackward(layerWeights(layer), memories[layer]!, input));
        write(`layers.${layer}.`, weights);
      }
      for (const name of embeddingNames) all.get(name)!.fill(0);
      embedGradient(config, shape, embedding!, inputs, float(input), embeddingOf(all));
    },
  };
};
