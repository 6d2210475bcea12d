import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Value } from '../values/value.ts';
import { float, integer } from './models.ts';

test('integers are taken from whole numbers, truths and digits', () => {
  const taken: readonly (readonly [Value, Value | undefined])[] = [
    [5n, 5n],
    [5, 5n],
    [5.5, undefined],
    [true, 1n],
    [' -5 ', -5n],
    ['5.0', undefined],
    [null, undefined],
    [[], undefined],
  ];
  for (const [value, fitting] of taken) assert.equal(integer(value), fitting);
});

test('floats are taken from any number and its text', () => {
  const taken: readonly (readonly [Value, Value | undefined])[] = [
    [5n, 5],
    [5.5, 5.5],
    [true, 1],
    ['5.5', 5.5],
    ['', undefined],
    ['x', undefined],
    [null, undefined],
  ];
  for (const [value, fitting] of taken) assert.equal(float(value), fitting);
});
