import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { anyValue } from './arbitrary.testing.ts';
import { pythonEqual, sameValue } from './equal.ts';
import { toJson } from './json.ts';
import { byCodePoint, canonicalText, printValue } from './print.ts';
import { readValue } from './read.ts';
import { messageText, reprValue } from './repr.ts';
import { dict, isDict, type Value, withEntries, withEntry, withoutEntry } from './value.ts';

const read = (text: string): Value => readValue(text, 'test');

test('what is printed reads back as the same value, in the same order', () => {
  fc.assert(
    fc.property(anyValue, value => {
      const text = printValue(value);
      assert.match(text, /^[ -~]*$/);
      assert.ok(sameValue(read(text), value));
      assert.equal(printValue(read(text)), text);
    }),
  );
});

test('canonical text reads back as the same value, and is the same for equal values only', () => {
  fc.assert(
    fc.property(anyValue, anyValue, (a, b) => {
      assert.ok(sameValue(read(canonicalText(a)), a));
      assert.equal(sameValue(a, b), canonicalText(a) === canonicalText(b));
    }),
  );
});

test('canonical text does not depend on the order of keys', () => {
  const entries = fc.uniqueArray(fc.tuple(fc.string({ unit: 'binary' }), anyValue), {
    selector: ([key]) => key,
    maxLength: 5,
  });
  fc.assert(
    fc.property(entries, pairs => {
      const forwards = canonicalText(new Map(pairs));
      assert.equal(canonicalText(new Map(pairs.toReversed())), forwards);
      assert.ok(sameValue(new Map(pairs), new Map(pairs.toReversed())));
    }),
  );
});

test('integers and floats, truth and one, zero and minus zero are different data', () => {
  const pairs: readonly (readonly [Value, Value])[] = [
    [1n, 1],
    [1n, true],
    [0, -0],
    ['None', null],
    [[], new Map()],
    [[1n], [1n, 2n]],
    [dict({ a: 1n }), dict({ b: 1n })],
    [dict({ a: 1n }), dict({ a: 1n, b: 1n })],
  ];
  for (const [a, b] of pairs) assert.equal(sameValue(a, b), false);
});

test("Python's equality goes by mathematical value", () => {
  const equal: readonly (readonly [Value, Value])[] = [
    [1n, 1],
    [1n, true],
    [0, false],
    [0, -0],
    [dict({ a: [1n] }), dict({ a: [1] })],
  ];
  for (const [a, b] of equal) assert.equal(pythonEqual(a, b), true);
  const different: readonly (readonly [Value, Value])[] = [
    [1n, '1'],
    [2n ** 53n + 1n, 2 ** 53],
    [[], dict({})],
    [dict({}), null],
    [[1n], [2n]],
    [dict({ a: 1n }), dict({ b: 1n })],
    [dict({}), dict({ a: 1n })],
    [null, 0n],
  ];
  for (const [a, b] of different) assert.equal(pythonEqual(a, b), false);
});

test('numbers with a point or an exponent are floats, others integers of any size', () => {
  assert.equal(read('100'), 100n);
  assert.equal(read('100.0'), 100);
  assert.equal(read('1e2'), 100);
  assert.equal(read('-0'), 0n);
  assert.equal(read('123456789012345678901234567890'), 123456789012345678901234567890n);
  assert.equal(printValue(read('[46, 46.0, -0.0, 1e400, -1e400]')), '[46, 46.0, -0.0, Infinity, -Infinity]');
  assert.equal(printValue(Number.NaN), 'NaN');
});

test('integer-like and prototype keys are keys like any other and keep their place', () => {
  const text = '{"10": 1, "9": 2, "__proto__": {"x": 3}, "constructor": 4}';
  const value = read(text);
  assert.equal(printValue(value), text);
  assert.ok(value !== null && typeof value === 'object' && isDict(value));
  assert.equal(value.has('toString'), false);
  assert.deepEqual(Object.keys(toJson(value) as object), ['9', '10', '__proto__', 'constructor']);
  assert.equal(Object.getPrototypeOf(toJson(value)), Object.prototype);
});

test('of a repeated key the last value counts, in the first place', () => {
  assert.equal(printValue(read('{"a": 1, "b": 2, "a": 3}')), '{"a": 3, "b": 2}');
});

test('texts are printed in ASCII, with the short escapes', () => {
  assert.equal(
    printValue('é\u{1f6eb}\u007f\u2028"\\/\n\r\t\f\b\u0001'),
    String.raw`"\u00e9\ud83d\udeeb\u007f\u2028\"\\/\n\r\t\f\b\u0001"`,
  );
  assert.equal(canonicalText('é\u007f\u2028\u0001'), '"é\u007f\u2028\\u0001"');
});

test('every escape and any space is read', () => {
  assert.equal(read(' "\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\udeeb" \r\n\t'), '"\\/\b\f\n\r\té\u{1f6eb}');
  assert.deepEqual(read(' [ true , false , null , [ ] , { } ] '), [true, false, null, [], new Map()]);
});

test('what is not JSON is refused with its place', () => {
  const broken = [
    '',
    '{',
    '[1,]',
    '{"a" 1}',
    '{a: 1}',
    '"a',
    '"\\x"',
    '"\\u12"',
    '"a\nb"',
    'tru',
    '01',
    '1 2',
    '[1 2]',
    '"\\',
    'NaN',
    '['.repeat(600),
  ];
  for (const text of broken) {
    assert.throws(
      () => read(text),
      { name: 'BadInputError', message: /test, line \d+, character \d+: .*not JSON/ },
      text,
    );
  }
});

test('code points, not UTF-16 units, order texts', () => {
  assert.deepEqual(['\u{1f6eb}', '\uffff', 'b', 'a', 'ab', ''].toSorted(byCodePoint), [
    '',
    'a',
    'ab',
    'b',
    '\uffff',
    '\u{1f6eb}',
  ]);
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
      const points = (text: string): readonly number[] =>
        [...text].map(character => character.codePointAt(0)!);
      const [x, y] = [points(a), points(b)];
      const i = x.findIndex((point, at) => point !== y[at]);
      const expected = i < 0 ? x.length - y.length : (x[i] ?? -1) - (y[i] ?? -1);
      assert.equal(Math.sign(byCodePoint(a, b)), Math.sign(expected));
    }),
  );
});

test('messages show values as Python literals', () => {
  assert.equal(messageText("it's"), "it's");
  assert.equal(reprValue(read('[1, "a", null, true, false, 1.0]')), "[1, 'a', None, True, False, 1.0]");
  assert.equal(reprValue(read('{"a": 1.0, "b": "it\'s"}')), `{'a': 1.0, 'b': "it's"}`);
  assert.equal(reprValue(`it's "it"`), String.raw`'it\'s "it"'`);
  assert.equal(
    reprValue(`\\ \n\r\t\u0001\u00a0\u200b${String.fromCharCode(0xd800)}\u{e0001}é\u{1f6eb}`),
    String.raw`'\\ \n\r\t\x01\xa0\u200b\ud800\U000e0001é🛫'`,
  );
});

test('changes make copies and keep the order', () => {
  const before = dict({ a: 1n, b: 2n });
  assert.equal(printValue(withEntry(before, 'a', 3n)), '{"a": 3, "b": 2}');
  assert.equal(printValue(withEntries(before, { c: 4n, b: 5n })), '{"a": 1, "b": 5, "c": 4}');
  assert.equal(printValue(withoutEntry(before, 'a')), '{"b": 2}');
  assert.equal(printValue(before), '{"a": 1, "b": 2}');
});
