import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { roundFloat } from './numbers.ts';

test('only exact ties are rounded to even', () => {
  const expected: readonly (readonly [number, number])[] = [
    [0.125, 0.12],
    [0.375, 0.38],
    [0.625, 0.62],
    [0.875, 0.88],
    [-0.125, -0.12],
    [-0.375, -0.38],
    [2.675, 2.67],
    [1.005, 1],
    [1000000.125, 1000000.12],
    [107.12000000000012, 107.12],
    [2 ** 52 + 1, 2 ** 52 + 1],
    [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
  ];
  for (const [value, rounded] of expected) assert.equal(roundFloat(value), rounded);
  assert.ok(Object.is(roundFloat(-0.001), -0));
  assert.ok(Object.is(roundFloat(-0), -0));
});

test('a tie goes to the even one of its two neighbours', () => {
  fc.assert(
    fc.property(fc.integer({ min: -(2 ** 40), max: 2 ** 40 }), n => {
      const odd = BigInt(2 * n + 1);
      const cents = BigInt(Math.round(roundFloat(Number(odd) / 8) * 100));
      const twice = 25n * odd - 2n * cents;
      assert.ok(twice === 1n || twice === -1n);
      assert.equal(cents % 2n, 0n);
    }),
  );
});

test('rounding changes nothing that has two decimals already', () => {
  fc.assert(fc.property(fc.integer(), cents => roundFloat(cents / 100) === cents / 100));
});
