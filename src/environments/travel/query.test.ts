import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { pythonJson } from '../../base/python-json.ts';
import { query } from './query.ts';
import { correctedRules, referenceRules } from './rules.ts';
import { sampleDatabase } from './sample.ts';
import { tableOf } from './table.ts';

const hotels = sampleDatabase.hotel!;
const trains = sampleDatabase.train!;
const names = (args: Record<string, string>, rules = referenceRules) =>
  query(hotels, args, rules).map(row => row.name);
const ids = (args: Record<string, string>, rules = referenceRules) =>
  query(trains, args, rules).map(row => row.trainID);

test('records that fit all arguments come in file order', () => {
  assert.deepEqual(names({}), ['acorn', 'birch', "kate's", 'Elm', 'fir']);
  assert.deepEqual(names({ area: 'north', pricerange: 'cheap' }), ['acorn', 'birch']);
  assert.deepEqual(names({ area: 'nowhere' }), []);
});

test('empty values and values that are no texts ask for nothing', () => {
  assert.equal(
    query(hotels, { area: '', stars: 'dontcare', name: null, phone: 3 }, referenceRules).length,
    5,
  );
});

test('times are strict bounds, compared as texts', () => {
  assert.deepEqual(ids({ leaveAt: '09:15' }), ['TR3']);
  assert.deepEqual(ids({ arriveBy: '10:15' }), ['TR1']);
  assert.deepEqual(ids({ leaveAt: '9:15' }), []);
  assert.deepEqual(ids({ arriveBy: '9:15' }), ['TR1', 'TR2', 'TR3']);
});

test('corrected, the asked time itself is within the bound (D9)', () => {
  assert.deepEqual(ids({ leaveAt: '09:15' }, correctedRules), ['TR2', 'TR3']);
  assert.deepEqual(ids({ arriveBy: '10:15' }, correctedRules), ['TR1', 'TR2']);
});

test('names with apostrophes or capitals are found only when corrected (D5)', () => {
  assert.deepEqual(names({ name: "kate's" }), []);
  assert.deepEqual(names({ name: 'elm' }), []);
  assert.deepEqual(names({ name: "Kate's" }, correctedRules), ["kate's"]);
  assert.deepEqual(names({ name: 'elm' }, correctedRules), ['Elm']);
});

test('asking by a column that the table lacks cannot be executed', () => {
  assert.throws(() => query(hotels, { leaveAt: '10:00' }, referenceRules), { name: 'ToolCallError' });
  assert.equal(query(hotels, { leaveAt: '' }, referenceRules).length, 5);
});

test('records get all columns of their table and NaN where they lack one', () => {
  const table = tableOf([{ a: 1 }, { b: 'x', a: 2 }]);
  assert.deepEqual(table.columns, ['a', 'b']);
  assert.equal(pythonJson(table.rows), '[{"a": 1, "b": NaN}, {"a": 2, "b": "x"}]');
});

test('asking for more never finds more', () => {
  const some = (list: string[]) => fc.constantFrom(...list);
  const args = fc.record(
    {
      area: some(['north', 'south', '']),
      pricerange: some(['cheap', 'expensive', 'dontcare']),
      stars: some(['3', '4']),
      name: some(['acorn', 'Elm', "kate's"]),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(args, args, some(['reference', 'corrected']), (less, more, chosen) => {
      const rules = chosen === 'reference' ? referenceRules : correctedRules;
      const found = query(hotels, { ...more, ...less }, rules);
      assert.ok(found.every(row => query(hotels, less, rules).includes(row)));
    }),
  );
});
