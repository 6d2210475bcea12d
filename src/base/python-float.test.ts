import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { floatText } from './python-float.ts';

test('floats are printed the Python way', () => {
  const expected: readonly (readonly [number, string])[] = [
    [100, '100.0'],
    [0.1, '0.1'],
    [-0, '-0.0'],
    [1e-5, '1e-05'],
    [0.0001, '0.0001'],
    [1e16, '1e+16'],
    [9999999999999998, '9999999999999998.0'],
    [1.5e22, '1.5e+22'],
    [2 ** -44, '5.684341886080802e-14'],
    [1e100, '1e+100'],
    [-1234.5, '-1234.5'],
    [Number.POSITIVE_INFINITY, 'inf'],
    [Number.NEGATIVE_INFINITY, '-inf'],
    [Number.NaN, 'nan'],
  ];
  for (const [value, text] of expected) assert.equal(floatText(value), text);
});

test('the text of a float reads back as the same float', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), value =>
      Object.is(Number(floatText(value)), value),
    ),
  );
});
