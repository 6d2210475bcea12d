import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Json } from '../../dialogue/json.ts';
import { correctedRules, referenceRules as rules } from './rules.ts';
import { isEmpty, nonEmpty, subset, type Values } from './values.ts';

const EMPTY = ['', 'dont care', 'not mentioned', "don't care", 'dontcare', "do n't care"];

test('six texts say nothing, exactly as written', () => {
  for (const value of EMPTY) assert.equal(isEmpty(value, rules), true);
  for (const value of ['Dontcare', "don't  care", 'none', ' ', null, 0, false, []] as Json[]) {
    assert.equal(isEmpty(value, rules), false);
  }
});

test('corrected, the six texts say nothing however they are capitalised or quoted (D6)', () => {
  for (const value of ['Dontcare', 'DO NT CARE', "Don't Care", ...EMPTY]) {
    assert.equal(isEmpty(value, correctedRules), true);
  }
  assert.equal(isEmpty('none', correctedRules), false);
});

test('case and apostrophes do not matter, spaces and kinds of value do', () => {
  assert.equal(subset({ name: "Kettle's Yard" }, { name: 'kettles yard', area: 'west' }, rules), true);
  assert.equal(subset({ area: 'north ' }, { area: 'north' }, rules), false);
  assert.equal(subset({ people: '3' }, { people: 3 }, rules), false);
  assert.equal(subset({ Area: 'north' }, { area: 'north' }, rules), false);
  assert.equal(subset({ time: '9:15' }, { time: '09:15' }, rules), false);
});

test('values that are no texts compare as in Python', () => {
  assert.equal(subset({ a: 1 }, { a: true }, rules), true);
  assert.equal(subset({ a: false }, { a: 0 }, rules), true);
  assert.equal(subset({ a: null }, { a: 0 }, rules), false);
  assert.equal(subset({ a: [1, { b: 'X' }] }, { a: [true, { b: 'X' }] }, rules), true);
  assert.equal(subset({ a: [1, { b: 'X' }] }, { a: [1, { b: 'x' }] }, rules), false);
  assert.equal(subset({ a: { b: 1 } }, { a: { b: 1, c: 2 } }, rules), false);
  assert.equal(subset({ a: [] }, { a: {} }, rules), false);
});

test('what says nothing counts on neither side', () => {
  assert.equal(subset({ area: 'dontcare', name: '' }, {}, rules), true);
  assert.equal(subset({ area: "Don't care" }, { area: "don't care" }, rules), false);
  assert.equal(subset({ area: 'north' }, { area: '' }, rules), false);
});

test('names of inherited properties are ordinary keys', () => {
  assert.equal(subset({ toString: 'x' }, {}, rules), false);
  assert.equal(subset({ constructor: 'x' }, { constructor: 'x' }, rules), true);
});

const texts = fc.oneof(fc.constantFrom(...EMPTY, 'north', 'North', "no'rth", 'south', '3'), fc.string());
const value = fc.oneof(texts, fc.constantFrom<Json[]>(null, 0, 1, true, false, []));
const values = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), value) as fc.Arbitrary<Values>;
const eitherRules = fc.constantFrom(rules, correctedRules);

test('being a subset is reflexive, transitive, and kept by more on the right and less on the left', () => {
  fc.assert(
    fc.property(values, values, values, eitherRules, (a, b, c, chosen) => {
      assert.equal(subset(a, a, chosen), true);
      if (subset(a, b, chosen) && subset(b, c, chosen)) assert.equal(subset(a, c, chosen), true);
      if (subset(a, b, chosen)) {
        assert.equal(subset(a, { ...c, ...nonEmpty(b, chosen) }, chosen), true);
        for (const key of Object.keys(a)) {
          assert.equal(subset({ ...a, [key]: '' }, b, chosen), true);
        }
      }
      assert.equal(subset(a, b, chosen), subset(nonEmpty(a, chosen), nonEmpty(b, chosen), chosen));
    }),
  );
});
