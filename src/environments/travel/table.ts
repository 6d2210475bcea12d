import type { Json, JsonObject } from '../../dialogue/json.ts';
import type { Table } from './task.ts';

/**
 * A table of records as they stand in a database file: every record gets all columns, in the order in which they
 * first appear, and NaN where it lacks one (toolwoz.md, section 4).
 */
export const tableOf = (records: readonly JsonObject[]): Table => {
  const columns = [...new Set(records.flatMap(record => Object.keys(record)))];
  const padded = (record: JsonObject): JsonObject =>
    Object.fromEntries(
      columns.map((column): [string, Json] => [
        column,
        Object.hasOwn(record, column) ? record[column]! : Number.NaN,
      ]),
    );
  return { columns, rows: records.map(padded) };
};

/** The column that names a record of a domain. */
export const idColumn = (domain: string): string => (domain === 'train' ? 'trainID' : 'name');
