import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pythonShuffled } from './python-random.ts';

const upTo = (length: number): readonly number[] => Array.from({ length }, (_, i) => i);

test('a list is shuffled as Python shuffles it with the same seed', () => {
  const orders: readonly (readonly [number, readonly number[]])[] = [
    [10, [11, 8, 4, 2, 5, 3, 1, 10, 7, 6, 0, 9]],
    [0, [1, 9, 8, 5, 10, 2, 3, 7, 4, 0, 11, 6]],
    [2 ** 40 + 3, [10, 7, 2, 6, 9, 11, 5, 4, 1, 8, 0, 3]],
  ];
  for (const [seed, order] of orders) assert.deepEqual(pythonShuffled(upTo(12), seed), order);
});

test('long lists too, for which the generator has to be wound up again', () => {
  const order = pythonShuffled(upTo(2000), 1);
  assert.deepEqual(order.slice(0, 5), [1341, 1075, 366, 446, 838]);
  assert.deepEqual(order.slice(-5), [1564, 1643, 1735, 1165, 275]);
});
