import assert from 'node:assert/strict';
import { test } from 'node:test';
import { integerOf } from './integer.ts';
import * as python from './python.ts';
import { dict, type Value } from './value.ts';

const raises = (run: () => unknown, message: string): void =>
  assert.throws(run, { name: 'PythonError', message });

const empty: Value = new Map();

test('types have their Python names', () => {
  const names = [null, true, 1n, 1, 'a', [], empty].map(python.typeName);
  assert.deepEqual(names, ['NoneType', 'bool', 'int', 'float', 'str', 'list', 'dict']);
});

test('only texts are found, and lists and objects cannot be looked up', () => {
  const object = dict({ a: 1n, '5': 2n });
  assert.equal(python.entry(object, 'a'), 1n);
  assert.equal(python.hasKey(object, 5n), false);
  raises(() => python.entry(object, 5n), '5');
  raises(() => python.entry(object, 'toString'), "'toString'");
  raises(() => python.entry(object, null), 'None');
  raises(() => python.hasKey(object, []), "unhashable type: 'list'");
  raises(() => python.hasKey(object, empty), "unhashable type: 'dict'");
});

test('fields of anything but objects raise', () => {
  assert.equal(python.field(dict({ a: 1n }), 'a'), 1n);
  raises(() => python.field([], 'a'), 'list indices must be integers or slices, not str');
  raises(() => python.field('b', 'a'), "string indices must be integers, not 'str'");
  raises(() => python.field(null, 'a'), "'NoneType' object is not subscriptable");
  raises(() => python.field(5n, 'a'), "'int' object is not subscriptable");
});

test('texts are walked by character, objects by key', () => {
  assert.deepEqual(python.iterate('a\u{1f6eb}'), ['a', '\u{1f6eb}']);
  assert.deepEqual(python.iterate(dict({ a: 1n })), ['a']);
  assert.deepEqual(python.iterate([1n]), [1n]);
  raises(() => python.iterate(2.5), "'float' object is not iterable");
  raises(() => python.iterate(null), "'NoneType' object is not iterable");
});

test('lengths count characters, items and keys', () => {
  assert.equal(python.lengthOf('a\u{1f6eb}'), 2);
  assert.equal(python.lengthOf([1n]), 1);
  assert.equal(python.lengthOf(dict({ a: 1n })), 1);
  raises(() => python.lengthOf(true), "object of type 'bool' has no len()");
  raises(() => python.lengthOf(null), "object of type 'NoneType' has no len()");
});

test('methods that a type lacks raise', () => {
  assert.equal(python.lower('ÀB'), 'àb');
  raises(() => python.lower(5n), "'int' object has no attribute 'lower'");
  assert.equal(python.countOf([1n, 1, true, '1'], 1n), 3);
  assert.equal(python.countOf('aba', 'a'), 2);
  raises(() => python.countOf(dict({ a: 1n }), 'a'), "'dict' object has no attribute 'count'");
  raises(() => python.countOf(null, 'a'), "'NoneType' object has no attribute 'count'");
  assert.deepEqual(python.extended([1n], [2n], 'append'), [1n, 2n]);
  raises(() => python.extended(empty, [], 'extend'), "'dict' object has no attribute 'extend'");
  raises(() => python.extended(null, [], 'append'), "'NoneType' object has no attribute 'append'");
});

test('integers stay integers, and one float makes the result a float', () => {
  assert.equal(python.arithmetic(2n, '+', 3n), 5n);
  assert.equal(python.arithmetic(2n, '-=', 3n), -1n);
  assert.equal(python.arithmetic(2n, '*', true), 2n);
  assert.equal(python.arithmetic(46n, '+', 54), 100);
  assert.equal(python.arithmetic(46n, '-', 12.5), 33.5);
  assert.equal(python.arithmetic(0.5, '*', 2n), 1);
  raises(() => python.arithmetic('a', '-', 1n), "unsupported operand type(s) for -: 'str' and 'int'");
  raises(() => python.arithmetic(10n ** 400n, '+', 0.5), 'int too large to convert to float');
});

test('numbers are compared exactly, and nothing else is', () => {
  assert.equal(python.lessThan(2n ** 53n, 2 ** 53 + 2), true);
  assert.equal(python.lessThan(true, 1.5), true);
  raises(() => python.lessThan(1n, 'a'), "'<' not supported between instances of 'int' and 'str'");
});

test('rounding and magnitudes keep the type', () => {
  assert.equal(python.rounded(5n), 5n);
  assert.equal(python.rounded(5.555), 5.55);
  assert.equal(python.absolute(-5n), 5n);
  assert.equal(python.absolute(5n), 5n);
  assert.equal(python.absolute(-5.5), 5.5);
});

test('the data must be what it always is', () => {
  raises(() => python.dictAt(dict({ a: 1n }), 'a'), "'int' object is not an object of the database");
  assert.equal(python.message`flight ${null} on ${'a'} for ${[1]}`, 'flight None on a for [1.0]');
});

test("integers are read from text as by Python's int", () => {
  const read: readonly (readonly [string, bigint])[] = [
    ['5', 5n],
    [' +5\n', 5n],
    ['-7', -7n],
    ['1_0', 10n],
    ['٣٤', 34n],
    ['𝟗𝟎', 90n],
    ['\u20035', 5n],
  ];
  for (const [text, value] of read) assert.equal(integerOf(text), value);
  for (const text of ['', '+', '1__0', '_1', '1_', 'a', '1.5', '\ufeff5']) {
    assert.throws(() => integerOf(text), { message: /^invalid literal for int\(\) with base 10: '/ }, text);
  }
  raises(
    () => integerOf([]),
    "int() argument must be a string, a bytes-like object or a real number, not 'list'",
  );
});
