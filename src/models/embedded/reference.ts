import { type EmbeddedConfig, EPSILON, type Weights } from './config.ts';

/** The transformer in plain TypeScript, the whole sequence at once: slow and clear, what the kernels are held against. */

type Rows = readonly Float64Array[];

const product = (rows: Rows, matrix: Float32Array, outputs: number): Rows =>
  rows.map(row => {
    const out = new Float64Array(outputs);
    row.forEach((value, input) => {
      for (let output = 0; output < outputs; output++)
        out[output]! += value * matrix[input * outputs + output]!;
    });
    return out;
  });

const sum = (a: Rows, b: Rows): Rows => a.map((row, t) => row.map((value, i) => value + b[t]![i]!));

const normed = (rows: Rows, weights: Float32Array): Rows =>
  rows.map(row => {
    const scale = 1 / Math.sqrt(row.reduce((squares, x) => squares + x * x, 0) / row.length + EPSILON);
    return row.map((value, i) => value * scale * weights[i]!);
  });

const gelu = (rows: Rows): Rows =>
  rows.map(row => row.map(u => 0.5 * u * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (u + 0.044715 * u ** 3)))));

const softmax = (values: Float64Array): Float64Array => {
  const most = Math.max(...values);
  const powers = values.map(value => Math.exp(value - most));
  const total = powers.reduce((a, b) => a + b, 0);
  return powers.map(power => power / total);
};

/** For each position, its attention weights over the positions up to it. */
const attentionWeights = (queries: Rows, keys: Rows): Rows =>
  queries.map((query, t) => {
    const dot = (key: Float64Array): number => key.reduce((total, value, i) => total + value * query[i]!, 0);
    return softmax(Float64Array.from(keys.slice(0, t + 1), key => dot(key) / Math.sqrt(query.length)));
  });

const attended = (queries: Rows, keys: Rows, values: Rows): Rows =>
  attentionWeights(queries, keys).map(weights =>
    values[0]!.map((_, i) => weights.reduce((total, weight, t) => total + weight * values[t]![i]!, 0)),
  );

/** The distribution over the next token after each of the tokens: tokens × vocabulary. */
export const referenceProbabilities = (
  c: EmbeddedConfig,
  weights: Weights,
  tokens: ArrayLike<number>,
): Rows => {
  const w = (name: string): Float32Array => weights.get(name)!;
  const embedded = Array.from(tokens, (token, t) =>
    Float64Array.from(
      { length: c.width },
      (_, i) => w('embedding')[token * c.width + i]! + w('position')[t * c.width + i]!,
    ),
  );
  let x: Rows = embedded.map((row, t) =>
    row.map((value, i) => value + (embedded[t - 1]?.[i] ?? 0) * w('shift')[i]!),
  );
  for (let layer = 0; layer < c.layers; layer++) {
    const l = (name: string): Float32Array => w(`layers.${layer}.${name}`);
    const qkv = product(normed(x, l('norm1')), l('qkv'), 3 * c.width);
    const part = (which: number, head: number): Rows => {
      const start = which * c.width + (head * c.width) / c.heads;
      return qkv.map(row => row.slice(start, start + c.width / c.heads));
    };
    const heads = Array.from({ length: c.heads }, (_, h) => attended(part(0, h), part(1, h), part(2, h)));
    const joined = x.map((_, t) => Float64Array.from(heads.flatMap(head => [...head[t]!])));
    x = sum(x, product(joined, l('out'), c.width));
    x = sum(x, product(gelu(product(normed(x, l('norm2')), l('up'), 4 * c.width)), l('down'), c.width));
  }
  const h = normed(x, w('norm'));
  const copied = attentionWeights(
    product(h, w('pointer.query'), c.pointer),
    product(h, w('pointer.key'), c.pointer),
  );
  const gates = product(h, w('pointer.gate'), 1).map(
    ([gate]) => 1 / (1 + Math.exp(-gate! - w('pointer.bias')[0]!)),
  );
  return product(h, w('head'), c.vocabulary).map((logits, t) => {
    const gate = gates[t]!;
    const mixed = softmax(logits).map(probability => (1 - gate) * probability);
    copied[t]!.forEach((weight, at) => {
      mixed[tokens[at]!]! += gate * weight;
    });
    return mixed;
  });
};
