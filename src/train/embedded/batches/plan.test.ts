import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { random } from '../../../base/random.ts';
import type { Row } from './batch.ts';
import { type Group, inputLength, layoutFor, planEpoch } from './plan.ts';
import { packPrefixes } from './rows.ts';
import { chooseLengths, costOf } from './shapes.ts';

const rowOf = (length: number): Row => ({ tokens: new Int32Array(length + 1), spans: [] });
const groupsOf = fc.array(
  fc.array(fc.integer({ min: 1, max: 384 }).map(rowOf), { minLength: 1, maxLength: 4 }),
  { minLength: 1, maxLength: 80 },
);

test('an epoch holds every group once, whole, in a shape that fits', () => {
  fc.assert(
    fc.property(groupsOf, fc.integer({ min: 1, max: 40 }), fc.integer(), (groups, batchSize, seed) => {
      const layout = layoutFor(groups, 1, batchSize, 384);
      const steps = planEpoch(groups, layout, random(seed));
      const home = new Map<Row, unknown>();
      for (const batch of steps.flat()) {
        assert.ok(batch.rows.length > 0 && batch.rows.length <= batch.shape.rows);
        for (const row of batch.rows) {
          assert.ok(inputLength(row) <= batch.shape.length);
          assert.ok(!home.has(row));
          home.set(row, batch);
        }
      }
      assert.equal(home.size, groups.flat().length);
      for (const group of groups) assert.equal(new Set(group.map(row => home.get(row))).size, 1);
    }),
    { numRuns: 50 },
  );
});

test('micro-batches cost about the same whatever their length, and come in an even number', () => {
  const groups: Group[] = Array.from({ length: 400 }, (_, i) => [rowOf(60 + (i % 300))]);
  const { shapes, microBatchesPerStep } = layoutFor(groups, 2, 14, 384);
  const costs = shapes.map(({ rows, length }) => rows * costOf(length));
  assert.ok(Math.max(...costs) < 1.5 * Math.min(...costs), String(costs));
  assert.equal(microBatchesPerStep % 2, 0);
});

test('lengths are chosen where the sequences are, and more of them the longer the training', () => {
  const lengths = [...Array(500).fill(30), ...Array(500).fill(90), ...Array(50).fill(300)];
  assert.deepEqual(chooseLengths(lengths, 0.01, 384), [304]);
  assert.deepEqual(chooseLengths(lengths, 0.05, 384), [96, 304]);
  assert.deepEqual(chooseLengths(lengths, 3, 384), [32, 96, 304]);
  assert.deepEqual(chooseLengths([10, 377], 1e6, 380), [32, 380]);
});

test('rows that begin another row become spans of it, and only those', () => {
  const words = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(fc.array(words, { minLength: 1, maxLength: 12 }), texts => {
      const rows = texts.map(tokens => ({
        tokens: Int32Array.from(tokens),
        spans: [{ start: 0, end: tokens.length, good: true, reference: 0 }],
      }));
      const packed = packPrefixes(rows);
      const spans = packed.flatMap(row => row.spans.map(span => row.tokens.subarray(0, span.end).join()));
      assert.deepEqual(spans.toSorted(), rows.map(row => row.tokens.join()).toSorted());
      for (const a of packed)
        for (const b of packed)
          assert.ok(a === b || !`${b.tokens.join()},`.startsWith(`${a.tokens.join()},`));
    }),
  );
});
