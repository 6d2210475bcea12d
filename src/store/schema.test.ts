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

  it('knows at least one step', () => {
    assert.ok(migrations.length >= 1);
  });
});
