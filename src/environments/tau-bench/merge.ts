import { type Database, recordOf, withRecord } from './database.ts';
import * as expect from './values/expect.ts';
import type { Dict, Value } from './values/value.ts';

const isObject = (value: Value | undefined): value is Dict => value instanceof Map;

/** Objects entry by entry, anything else replaced. */
const merged = (old: Dict, news: Dict): Dict => {
  const result = new Map(old);
  for (const [key, value] of news) {
    const before = old.get(key);
    result.set(key, isObject(before) && isObject(value) ? merged(before, value) : value);
  }
  return result;
};

/** The database with further data merged into its tables and records. @throws BadInputError if it is not of that shape */
export const mergedInto = (database: Database, data: Value, where: string): Database => {
  let result = database;
  for (const [table, records] of expect.object(data, where)) {
    for (const [id, record] of expect.object(records, `${where}, ${table}`)) {
      const news = expect.object(record, `${where}, ${table}, ${id}`);
      result = withRecord(result, table, id, merged(recordOf(result, table, id) ?? new Map(), news));
    }
  }
  return result;
};
