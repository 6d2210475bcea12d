import {
  type Code,
  type FunctionBuilder,
  f32,
  f32x4,
  i32,
  type Local,
  repeat,
  type WasmFunction,
  wasmFunction,
  whileAtLeast,
} from './assembler.ts';
import { FLOAT, PANEL, roundUp, VECTOR } from './kernels-matmul.ts';
import { exponential, lanes } from './kernels-vector.ts';

/**
 * Attention of one row over a cache. Keys lie in blocks of four positions, within a block by dimension, so that four
 * scores are summed at once; values lie position by position. Scores are computed for 16 positions at a time; those
 * beyond the row's own are then put out of play.
 */

/** Positions whose scores are computed together. */
const GROUP = PANEL;
const FAR_BELOW = -1e30;

/** scores[t] ← scale · query · key[t] for t < count, rounded up to 16. */
const scores = (
  f: FunctionBuilder,
  { query, keys, to, count }: Readonly<Record<'query' | 'keys' | 'to' | 'count', Local>>,
  dimensions: number,
  keyWidth: number,
): Code => {
  const blocks = GROUP / 4;
  const blockBytes = keyWidth * VECTOR;
  const sums = Array.from({ length: blocks }, () => f.local('v128'));
  const held = f.local('v128');
  const [q, k, group, c, left, counter] = Array.from({ length: 6 }, () => f.local('i32')) as [
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
  ];
  const unrolled = 4;
  return [
    left.set(i32.add(count.get, i32.const(GROUP - 1))),
    group.set(keys.get),
    c.set(to.get),
    whileAtLeast(left, GROUP, [
      sums.map(sum => sum.set(f32x4.const(0))),
      q.set(query.get),
      k.set(group.get),
      repeat(counter, dimensions / unrolled, [
        Array.from({ length: unrolled }, (_, d) => [
          held.set(f32x4.loadSplat(q.get, d * FLOAT)),
          sums.map((sum, block) =>
            sum.set(
              f32x4.add(sum.get, f32x4.mul(held.get, f32x4.load(k.get, block * blockBytes + d * VECTOR))),
            ),
          ),
        ]),
        q.increase(unrolled * FLOAT),
        k.increase(unrolled * VECTOR),
      ]),
      sums.map((sum, block) =>
        f32x4.store(c.get, f32x4.mul(sum.get, f32x4.const(1 / Math.sqrt(dimensions))), block * VECTOR),
      ),
      group.increase(blocks * blockBytes),
      c.increase(GROUP * FLOAT),
    ]),
  ];
};

/** values[i] ← e^(values[i] - max) for i < count, zeros up to a multiple of 16; the sum's inverse in all lanes of `inverse`. */
const exponentials = (f: FunctionBuilder, values: Local, count: Local, inverse: Local): Code => {
  const [most, sum, held] = [f.local('v128'), f.local('v128'), f.local('v128')] as const;
  const [left, at] = [f.local('i32'), f.local('i32')] as const;
  const exp = exponential(f);
  const overGroups = (act: (offset: number) => Code): Code => [
    left.set(i32.add(count.get, i32.const(GROUP - 1))),
    at.set(values.get),
    whileAtLeast(left, GROUP, [
      Array.from({ length: GROUP / 4 }, (_, i) => act(i * VECTOR)),
      at.increase(GROUP * FLOAT),
    ]),
  ];
  return [
    left.set(i32.and(i32.sub(i32.const(0), count.get), i32.const(GROUP - 1))),
    at.set(i32.add(values.get, i32.mul(count.get, i32.const(FLOAT)))),
    whileAtLeast(left, 1, [f32.store(at.get, f32.const(FAR_BELOW)), at.increase(FLOAT)]),
    most.set(f32x4.const(FAR_BELOW)),
    overGroups(offset => most.set(f32x4.max(most.get, f32x4.load(at.get, offset)))),
    most.set(f32x4.splat(lanes(most.get, f32.max, held))),
    sum.set(f32x4.const(0)),
    overGroups(offset => [
      held.set(exp(f32x4.sub(f32x4.load(at.get, offset), most.get))),
      sum.set(f32x4.add(sum.get, held.get)),
      f32x4.store(at.get, held.get, offset),
    ]),
    inverse.set(f32x4.splat(f32.div(f32.const(1), lanes(sum.get, f32.add, held)))),
  ];
};

/** Makes values probabilities, in place. */
const normalised = (f: FunctionBuilder, values: Local, count: Local): Code => {
  const inverse = f.local('v128');
  const [left, at] = [f.local('i32'), f.local('i32')];
  return [
    exponentials(f, values, count, inverse),
    left.set(i32.add(count.get, i32.const(3))),
    at.set(values.get),
    whileAtLeast(left, 4, [
      f32x4.store(at.get, f32x4.mul(f32x4.load(at.get), inverse.get)),
      at.increase(VECTOR),
    ]),
  ];
};

/** Softmax in place over room for a multiple of 16 floats. Parameters: first float, count. */
export const softmax: WasmFunction = wasmFunction('softmax', 2, f => {
  const [values, count] = f.parameters as [Local, Local];
  return normalised(f, values, count);
});

/** One head's attention weights. Parameters: query, keys, weights (output), number of positions. */
export const attentionWeights = (name: string, dimensions: number): WasmFunction =>
  wasmFunction(name, 4, f => {
    const [query, keys, to, count] = f.parameters as [Local, Local, Local, Local];
    return [scores(f, { query, keys, to, count }, dimensions, dimensions), normalised(f, to, count)];
  });

/** All heads of a row. Parameters: query, keys, values, output, number of positions, scratch for the weights. */
export const attention = (width: number, heads: number): WasmFunction =>
  wasmFunction('attention', 6, f => {
    const [query, keys, values, to, count, scratch] = f.parameters as [
      Local,
      Local,
      Local,
      Local,
      Local,
      Local,
    ];
    const dimensions = width / heads;
    const inverse = f.local('v128');
    const weight = f.local('v128');
    const sums = Array.from({ length: Math.min(8, dimensions / 4) }, () => f.local('v128'));
    const [head, left, w, v] = Array.from({ length: 4 }, () => f.local('i32')) as [
      Local,
      Local,
      Local,
      Local,
    ];
    const columns = Array.from(
      { length: Math.ceil(dimensions / 4 / sums.length) },
      (_, i) => i * sums.length,
    );
    const weighted = (first: number): Code => {
      const used = sums.slice(0, dimensions / 4 - first);
      const at = (i: number): number => (first + i) * VECTOR;
      return [
        used.map(sum => sum.set(f32x4.const(0))),
        left.set(count.get),
        w.set(scratch.get),
        v.set(values.get),
        whileAtLeast(left, 1, [
          weight.set(f32x4.loadSplat(w.get)),
          used.map((sum, i) => sum.set(f32x4.add(sum.get, f32x4.mul(weight.get, f32x4.load(v.get, at(i)))))),
          w.increase(FLOAT),
          v.increase(roundUp(width, PANEL) * FLOAT),
        ]),
        used.map((sum, i) => f32x4.store(to.get, f32x4.mul(sum.get, inverse.get), at(i))),
      ];
    };
    return repeat(head, heads, [
      scores(f, { query, keys, to: scratch, count }, dimensions, width),
      exponentials(f, scratch, count, inverse),
      columns.map(weighted),
      query.increase(dimensions * FLOAT),
      keys.increase(dimensions * VECTOR),
      values.increase(dimensions * FLOAT),
      to.increase(dimensions * FLOAT),
    ]);
  });
