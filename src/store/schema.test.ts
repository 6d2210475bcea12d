import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'node:test';
import { migrate, migrations } from './schema.ts';

const steps = [
  'CREATE TABLE a (x TEXT)',
  'ALTER TABLE a ADD COLUMN y TEXT',
  "INSERT INTO a VALUES ('new', '')",
];
const version = (database: DatabaseSync): unknown =>
  database.prepare('PRAGMA user_version').get()?.user_version;

describe('the migration of a store', () => {
  it('runs the steps that are missing and keeps the rows', () => {
    const database = new DatabaseSync(':memory:');
    migrate(database, 'x', steps.slice(0, 1));
    database.exec("INSERT INTO a VALUES ('old')");
    migrate(database, 'x', steps);
    migrate(database, 'x', steps);
    assert.equal(version(database), 3);
    assert.deepEqual(
      database
        .prepare('SELECT x FROM a')
        .all()
        .map(row => row.x),
      ['old', 'new'],
    );
  });

  it('is undone as a whole if a step fails', () => {
    const database = new DatabaseSync(':memory:');
    migrate(database, 'x', steps.slice(0, 1));
    assert.throws(() => migrate(database, 'x', [...steps, 'CREATE TABEL b']));
    assert.equal(version(database), 1);
    assert.equal(database.isTransaction, false);
    database.exec("INSERT INTO a VALUES ('only one column')");
  });

  it('of version 2 gives spending and counts tables of their own, and leaves other stages alone', () => {
    const database = new DatabaseSync(':memory:');
    migrate(database, 'x', migrations.slice(0, 2));
    database.exec(`
      INSERT INTO runs VALUES ('r', 'rollout', 'r', '{}', 'stopped', '2026', NULL, NULL);
      INSERT INTO stages (run, key, status, result, cost) VALUES
        ('r', 'roll out', 'finished', '{"trees":2}', '{"seconds":1}'),
        ('r', 'spending', 'running', '{"usd":0.25,"tokens":1200,"calls":7}', NULL),
        ('r', 'events', 'running', '{"call":7,"fault rate-limit":2}', NULL)`);
    migrate(database, 'x');
    const rows = (sql: string): object[] =>
      database
        .prepare(sql)
        .all()
        .map(row => ({ ...row }));
    assert.deepEqual(rows('SELECT * FROM spending'), [{ run: 'r', usd: 0.25, tokens: 1200, calls: 7 }]);
    assert.deepEqual(rows('SELECT * FROM events ORDER BY name'), [
      { run: 'r', name: 'call', count: 7 },
      { run: 'r', name: 'fault rate-limit', count: 2 },
    ]);
    assert.deepEqual(rows('SELECT key, result, cost FROM stages'), [
      { key: 'roll out', result: '{"trees":2}', cost: '{"seconds":1}' },
    ]);
  });

  it('knows at least one step', () => {
    assert.ok(migrations.length >= 1);
  });
});
