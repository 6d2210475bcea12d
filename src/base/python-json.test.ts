import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { pythonJson, pythonNumber } from './python-json.ts';

test('separators, bare NaN and literals are those of json.dumps', () => {
  assert.equal(
    pythonJson({ a: [1, 2.5, null], b: { c: true, d: Number.NaN, e: -Infinity } }),
    '{"a": [1, 2.5, null], "b": {"c": true, "d": NaN, "e": -Infinity}}',
  );
  assert.equal(pythonJson([]), '[]');
  assert.equal(pythonJson({}), '{}');
});

test('everything outside printable ASCII is escaped with lower-case hexadecimal digits', () => {
  assert.equal(
    pythonJson('caf\u00e9 \u{1f600} \u007f\n"\\'),
    '"caf\\u00e9 \\ud83d\\ude00 \\u007f\\n\\"\\\\"',
  );
});

test('small floats take the exponent form that Python prints', () => {
  assert.equal(pythonJson(0.00001), '1e-05');
  assert.equal(pythonJson(1.5e-7), '1.5e-07');
  assert.equal(pythonJson(1e-10), '1e-10');
  assert.equal(pythonJson(0.0001), '0.0001');
  assert.equal(pythonJson(52.2157138888889), '52.2157138888889');
});

test('any finite JSON value reads back equal', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 3 }), value => {
      const text = pythonJson(value);
      assert.match(text, /^[ -~]*$/);
      assert.deepEqual(JSON.parse(text), value);
    }),
  );
});

test('where integers are of a type of their own, whole floats keep their point', () => {
  const value = new Map<string, unknown>([
    ['b', [1n, 1, -0, Number.POSITIVE_INFINITY, Number.NaN]],
    ['a', new Map([['10', 123456789012345678901234567890n]])],
  ]);
  assert.equal(
    pythonJson(value, { numbers: 'float' }),
    '{"b": [1, 1.0, -0.0, Infinity, NaN], "a": {"10": 123456789012345678901234567890}}',
  );
});

test('a number of a JSON text is printed as Python prints what it reads', () => {
  const printed = ['4.0', '-0.0', '-0', '1e3', '1E-7', '12345678901234567890', '1e400'].map(pythonNumber);
  assert.deepEqual(printed, ['4.0', '-0.0', '0', '1000.0', '1e-07', '12345678901234567890', 'Infinity']);
});

test('without ensure_ascii, characters stand as they are', () => {
  assert.equal(pythonJson({ é: '東京 "\u007f"\n' }, { ascii: false }), '{"é": "東京 \\"\u007f\\"\\n"}');
});
