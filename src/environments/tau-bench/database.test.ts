import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { databaseSha256 } from '../../replay/tau-bench/fingerprint.ts';
import {
  type Base,
  type Database,
  draftOf,
  pristine,
  recordsOf,
  sameDatabase,
  withRecord,
} from './database.ts';
import { mergedInto } from './merge.ts';
import { anyValue } from './values/arbitrary.testing.ts';
import { canonicalText } from './values/print.ts';
import { readValue } from './values/read.ts';
import { dict, type Value } from './values/value.ts';

const tables = ['a', 'b'];
const ids = ['__proto__', '9', '10', 'x', 'é', '\u{1f6eb}', '\uffff'];
const anyRecord = anyValue.map(value => dict({ value }));
const anyBase: fc.Arbitrary<Base> = fc
  .tuple(fc.dictionary(fc.constantFrom(...ids), anyRecord), fc.dictionary(fc.constantFrom(...ids), anyRecord))
  .map(([a, b]) => new Map([a, b].map((records, i) => [tables[i]!, new Map(Object.entries(records))])));
const writes = fc.array(fc.tuple(fc.constantFrom(...tables), fc.constantFrom(...ids), anyRecord), {
  maxLength: 6,
});

const written = (
  base: Base,
  list: readonly (readonly [string, string, ReadonlyMap<string, Value>])[],
): Database =>
  list.reduce((database, [table, id, record]) => withRecord(database, table, id, record), pristine(base));

/** The same database as one value, copied out in full. */
const whole = (database: Database): Value =>
  new Map(tables.map((table): [string, Value] => [table, new Map(recordsOf(database, table))]));

test('the fingerprint is that of the canonical text of the whole database', () => {
  fc.assert(
    fc.property(anyBase, writes, (base, list) => {
      const database = written(base, list);
      const expected = createHash('sha256')
        .update(canonicalText(whole(database)))
        .digest('hex');
      assert.equal(databaseSha256(database), expected);
    }),
  );
});

test('two databases are the same exactly if their fingerprints are', () => {
  fc.assert(
    fc.property(anyBase, writes, writes, (base, one, other) => {
      const [a, b] = [written(base, one), written(base, other)];
      assert.equal(sameDatabase(a, b), databaseSha256(a) === databaseSha256(b));
      assert.ok(sameDatabase(a, written(base, one)));
    }),
  );
});

test('a write leaves every earlier database as it was', () => {
  fc.assert(
    fc.property(anyBase, writes, (base, list) => {
      const before = canonicalText(whole(pristine(base)));
      const states: [Database, string][] = [];
      list.reduce((database, [table, id, record]) => {
        states.push([database, canonicalText(whole(database))]);
        return withRecord(database, table, id, record);
      }, pristine(base));
      for (const [database, text] of states) assert.equal(canonicalText(whole(database)), text);
      assert.equal(canonicalText(whole(pristine(base))), before);
    }),
  );
});

const base: Base = new Map([
  ['users', new Map([['u1', dict({ name: 'Ann', card: dict({ amount: 5n, id: 'c' }) })]])],
]);

test('a draft reads what it has written, and only texts find records', () => {
  const draft = draftOf(pristine(base));
  draft.put('users', 'u2', dict({ name: 'Bob' }));
  assert.equal(draft.get('users', 'u2').get('name'), 'Bob');
  assert.deepEqual(
    [...draft.records('users')].map(([id]) => id),
    ['u1', 'u2'],
  );
  assert.equal(draft.find('users', 1n), undefined);
  assert.equal(draft.find('users', 'toString'), undefined);
  assert.equal(draft.find('nothing', 'u1'), undefined);
  assert.deepEqual([...draft.records('nothing')], []);
  assert.throws(() => draft.find('users', []), { message: "unhashable type: 'list'" });
  assert.throws(() => draft.get('users', 'u3'), { message: 'no u3 in users' });
  assert.equal(draft.current().changes.get('users')!.size, 1);
});

test('initial data is merged record by record, objects entry by entry', () => {
  const news = readValue(
    '{"users": {"u1": {"card": {"amount": 7.5}, "tags": [1]}, "u3": {"name": "Cy"}}}',
    'test',
  );
  const merged = mergedInto(pristine(base), news, 'test');
  assert.equal(
    canonicalText(usersIn(merged)),
    '{"u1":{"card":{"amount":7.5,"id":"c"},"name":"Ann","tags":[1]},"u3":{"name":"Cy"}}',
  );
  assert.throws(() => mergedInto(pristine(base), readValue('{"users": {"u1": 5}}', 'x'), 'task 7'), {
    name: 'BadInputError',
    where: 'task 7, users, u1',
  });
});
const usersIn = (database: Database): Value => new Map(recordsOf(database, 'users'));
