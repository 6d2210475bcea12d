import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { random } from '../../base/random.ts';
import type { EmbeddedConfig } from './config.ts';
import { createDecoder, MAX_ROWS, type Row } from './decoder.ts';
import { initialWeights } from './init.ts';
import { referenceProbabilities } from './reference.ts';

const configs: readonly EmbeddedConfig[] = [
  { width: 32, layers: 2, heads: 2, vocabulary: 48, context: 50, pointer: 16 },
  { width: 24, layers: 1, heads: 3, vocabulary: 32, context: 21, pointer: 12 },
  { width: 128, layers: 2, heads: 2, vocabulary: 64, context: 40, pointer: 64 },
];
const sequence = (c: EmbeddedConfig, seed: number, length = c.context): number[] => {
  const stream = random(seed);
  return Array.from({ length }, () => stream.below(c.vocabulary));
};
const rowsOf = (tokens: readonly number[], into: number, from = 0): Row[] =>
  tokens.map((token, i) => ({ sequence: into, position: from + i, token, wanted: true }));
const copies = (read: readonly (Float32Array | undefined)[]): number[][] => read.map(each => [...each!]);

describe('the decoder', () => {
  for (const c of configs)
    it(`gives the distributions of the plain reference (width ${c.width})`, () => {
      const weights = initialWeights(c, 7);
      const tokens = sequence(c, 1);
      const decoder = createDecoder(c, weights, 2);
      const expected = referenceProbabilities(c, weights, tokens);
      const rows = rowsOf(tokens, 1);
      let worst = 0;
      for (let start = 0; start < rows.length; start += 7) {
        for (const [i, probabilities] of decoder.read(rows.slice(start, start + 7)).entries()) {
          const sum = probabilities!.reduce((a, b) => a + b, 0);
          assert.ok(Math.abs(sum - 1) < 1e-5, `sum ${sum}`);
          for (const [token, p] of probabilities!.entries())
            worst = Math.max(worst, Math.abs(p - expected[start + i]![token]!));
        }
      }
      assert.ok(worst < 1e-5, `largest difference ${worst}`);
    });

  it('gives the same bits in any chunks, beside any other rows, and from a copied prefix', () => {
    const c = configs[0]!;
    const decoder = createDecoder(c, initialWeights(c, 7), 4);
    const tokens = sequence(c, 1, 30);
    const alone = rowsOf(tokens, 0).map(row => copies(decoder.read([row]))[0]);
    assert.deepEqual(copies(decoder.read(rowsOf(tokens, 1))), alone);
    const other = rowsOf(sequence(c, 2, 30), 2);
    const mine = rowsOf(tokens, 3);
    for (const [i, row] of mine.entries()) {
      const read = decoder.read(i % 3 === 0 ? [other[i]!, row] : [row, other[i]!]);
      assert.deepEqual([...read[i % 3 === 0 ? 1 : 0]!], alone[i]);
    }
    decoder.copy(3, 2, 13);
    assert.deepEqual(copies(decoder.read(rowsOf(tokens.slice(13), 2, 13))), alone.slice(13));
    assert.ok(tokens.length <= MAX_ROWS);
  });
});
