/**
 * The benchmark's database as an immutable value: a frozen base that all conversations share, and the records that this one
 * changed. A fork is a kept reference, a write copies the handful of changes made so far, never the base.
 */

import { sameValue } from './values/equal.ts';
import { raise, typeName } from './values/python.ts';
import type { Dict, Value } from './values/value.ts';

/** The records of one kind by their ids, in the file's order. */
export type Table = ReadonlyMap<string, Dict>;
/** The pristine tables by name, in canonical order. */
export type Base = ReadonlyMap<string, Table>;

export interface Database {
  readonly base: Base;
  /** Only what differs from the base, by table and id. Records are replaced or added, never removed. */
  readonly changes: ReadonlyMap<string, Table>;
}

const none: Table = new Map();

export const pristine = (base: Base): Database => ({ base, changes: new Map() });

export const recordOf = (database: Database, table: string, id: string): Dict | undefined =>
  database.changes.get(table)?.get(id) ?? database.base.get(table)?.get(id);

/** The database with one record replaced or added. */
export const withRecord = (database: Database, table: string, id: string, record: Dict): Database => {
  const changed = new Map(database.changes.get(table) ?? none).set(id, record);
  return { base: database.base, changes: new Map(database.changes).set(table, changed) };
};

/** A table's records: the base's in the file's order, then those added. */
export function* recordsOf(database: Database, table: string): Generator<readonly [string, Dict]> {
  const base = database.base.get(table) ?? none;
  const changed = database.changes.get(table) ?? none;
  for (const [id, record] of base) yield [id, changed.get(id) ?? record];
  for (const [id, record] of changed) if (!base.has(id)) yield [id, record];
}

/** Whether two databases over the same base hold the same data, types of numbers included (specification, section 5.1). */
export const sameDatabase = (a: Database, b: Database): boolean => {
  const covers = (one: Database, other: Database): boolean =>
    [...one.changes].every(([table, records]) =>
      [...records].every(([id, record]) => {
        const counterpart = recordOf(other, table, id);
        return counterpart !== undefined && sameValue(record, counterpart);
      }),
    );
  return covers(a, b) && covers(b, a);
};

/**
 * A database while one tool works on it. The tool reads what it has written; what it wrote before it raised an error stays
 * written (specification, section 3.3).
 */
export interface Draft {
  /** The record with this id, if the id is a text that the table has. */
  find(table: string, id: Value): Dict | undefined;
  /** The record with an id that the data always has. */
  get(table: string, id: Value): Dict;
  records(table: string): Iterable<readonly [string, Dict]>;
  put(table: string, id: Value, record: Dict): void;
  /** What the database is by now. */
  current(): Database;
}

export const draftOf = (database: Database): Draft => {
  let now = database;
  const find = (table: string, id: Value): Dict | undefined => {
    if (id !== null && typeof id === 'object') raise(`unhashable type: '${typeName(id)}'`);
    return typeof id === 'string' ? recordOf(now, table, id) : undefined;
  };
  return {
    find,
    get: (table, id) => find(table, id) ?? raise(`no ${String(id)} in ${table}`),
    records: table => recordsOf(now, table),
    put: (table, id, record) => {
      now = withRecord(now, table, String(id), record);
    },
    current: () => now,
  };
};
