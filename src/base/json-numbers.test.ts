import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseKeepingNumbers, plainNumbers } from './json-numbers.ts';

test('numbers are written as they were read', () => {
  const texts = ['4.0', '-0.0', '-0', '1e3', '1E+2', '12345678901234567890', '0.10', '1e400', '0.0000001'];
  for (const text of [
    ...texts,
    '0.12345678901234567890',
    '12345678.123456789012',
    '1',
    '-1.5',
    '"4.0"',
    'null',
  ]) {
    assert.equal(JSON.stringify(parseKeepingNumbers(text)), text);
    const nested = `{"a":[${text},{"b":${text}}]}`;
    assert.equal(JSON.stringify(parseKeepingNumbers(nested)), nested);
  }
});

test('any number keeps its form, and is the number that JavaScript reads', () => {
  const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: 22 });
  const number = fc
    .tuple(
      fc.constantFrom('', '-'),
      fc.bigInt({ min: 0n, max: 10n ** 22n }),
      digits,
      fc.constantFrom('', 'e5', 'E-7', 'e+30'),
    )
    .map(([sign, whole, fraction, exponent]) => `${sign}${whole}${fraction && `.${fraction}`}${exponent}`);
  fc.assert(
    fc.property(number, text => {
      const value = parseKeepingNumbers(`[${text}]`);
      assert.equal(JSON.stringify(value), `[${text}]`);
      assert.deepEqual(plainNumbers(value), JSON.parse(`[${text}]`));
    }),
  );
});

test('what JavaScript writes alike stays a plain number', () => {
  assert.deepEqual(parseKeepingNumbers('{"a": [1, 2.5, "x-0", {"e": 1e21}]}'), {
    a: [1, 2.5, 'x-0', { e: parseKeepingNumbers('1e21') }],
  });
  assert.equal(parseKeepingNumbers('7'), 7);
  assert.throws(() => parseKeepingNumbers('{"a": 1e}'), SyntaxError);
});
