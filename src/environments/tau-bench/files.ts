/** Finds and reads the benchmark's files: in a folder or a zip, compressed or not. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BadInputError, JuxtaError } from '../../base/errors.ts';
import { type Found, type Layout, openLayout, readText } from '../../datasets/layout.ts';
import type { Base, Table } from './database.ts';
import * as expect from './values/expect.ts';
import { readValue } from './values/read.ts';
import type { Value } from './values/value.ts';

export type BenchmarkName = 'tau-bench' | 'tau2-bench';

const pull = (benchmark: BenchmarkName): string =>
  `Fetch it with \`juxta data pull ${benchmark}\`, or name a folder or zip that holds it.`;

/**
 * The files of a benchmark: those named, else those pulled into the project, else those shared with it.
 * @throws JuxtaError `no-data`, BadInputError if `data` is neither a folder nor a zip
 */
export const openFiles = (benchmark: BenchmarkName, data?: string): Layout => {
  if (data !== undefined) return openLayout(data);
  const shared = process.env.JUXTA_SHARED ?? '../shared';
  const places = [join('.juxta', 'data', benchmark), join(shared, 'data', benchmark)];
  const place = places.find(existsSync);
  if (place) return openLayout(place);
  throw new JuxtaError('no-data', `there is no ${benchmark} in ${places.join(' or ')}`, {
    hint: pull(benchmark),
  });
};

/** @throws BadInputError if it is not there */
const fileIn = (files: Layout, name: string): Found => {
  const file = files.find(name);
  if (file) return file;
  throw new BadInputError(files.path, `there is no ${name} in it`, {
    hint: 'Fetch what is missing with `juxta data pull`; what is there already stays.',
  });
};

export const textIn = (files: Layout, name: string): string => readText(fileIn(files, name));

/** A JSON file. */
export const valueIn = (files: Layout, name: string): expect.Read => {
  const file = fileIn(files, name);
  return { value: readValue(readText(file), file.where), where: file.where };
};

/** A table: every record an object. */
export const tableOf = (value: Value | undefined, where: string): Table => {
  const table = expect.object(value, where);
  for (const [id, record] of table) expect.object(record, `${where}, ${id}`);
  return table as Table;
};

/** The database's tables, each in its own file, in canonical order. */
export const tablesIn = (files: Layout, folder: string, names: readonly string[]): Base =>
  new Map(
    names.toSorted().map((name): [string, Table] => {
      const { value, where } = valueIn(files, `${folder}/${name}.json`);
      return [name, tableOf(value, where)];
    }),
  );
