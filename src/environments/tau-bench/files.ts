/** Reads the benchmark's files, compressed or not. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { BadInputError } from '../../base/errors.ts';
import type { Base, Table } from './database.ts';
import { expect } from './task.ts';
import { readValue } from './values/read.ts';
import type { Value } from './values/value.ts';

/** Where the data of a benchmark is looked for when no folder is given. */
export const defaultFolder = (benchmark: 'tau-bench' | 'tau2-bench'): string => {
  const candidates = [
    join(process.env.JUXTA_DATA ?? 'data', benchmark),
    join(process.env.JUXTA_SHARED ?? '../shared', 'data', benchmark),
  ];
  return candidates.find(folder => existsSync(folder)) ?? candidates[0]!;
};

/** The text of a file; `name.gz` stands in for `name`. @throws BadInputError if neither is there or can be read */
export const readText = async (path: string): Promise<string> => {
  const compressed = path.endsWith('.gz') || !existsSync(path);
  const actual = compressed && !path.endsWith('.gz') ? `${path}.gz` : path;
  try {
    const bytes = await readFile(actual);
    return (compressed ? gunzipSync(bytes) : bytes).toString('utf8');
  } catch (cause) {
    throw new BadInputError(path, 'cannot be read', {
      hint: 'Fetch the data with "juxta data pull tau-bench", or name its folder.',
      cause,
    });
  }
};

export const readJson = async (path: string): Promise<Value> => readValue(await readText(path), path);

/** A table: every record an object. */
export const tableOf = (value: Value, where: string): Table => {
  const table = expect.object(value, where);
  for (const [id, record] of table) expect.object(record, `${where}, ${id}`);
  return table as Table;
};

/** The database's tables, each in its own file, in canonical order. */
export const readTables = async (folder: string, names: readonly string[]): Promise<Base> => {
  const tables = await Promise.all(
    [...names].sort().map(async (name): Promise<[string, Table]> => {
      const path = join(folder, `${name}.json`);
      return [name, tableOf(await readJson(path), path)];
    }),
  );
  return new Map(tables);
};
