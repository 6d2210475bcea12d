import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { pythonJson } from './python-json.ts';

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
