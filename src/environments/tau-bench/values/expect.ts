/** Takes values for what they should be, with errors that say where one is not. */
import { BadInputError } from '../../../base/errors.ts';
import { type Dict, isList, type List, type Value } from './value.ts';

/** A value that was read, with the words that name its place in errors. */
export interface Read {
  readonly value: Value;
  readonly where: string;
}

const bad = (where: string, wanted: string): never => {
  throw new BadInputError(where, `expected ${wanted}`, {
    hint: 'Fetch the data again: this is not what was published.',
  });
};

export const list = (value: Value | undefined, where: string): List =>
  value !== undefined && value !== null && isList(value) ? value : bad(where, 'a list');

export const text = (value: Value | undefined, where: string): string =>
  typeof value === 'string' ? value : bad(where, 'a text');

export const object = (value: Value | undefined, where: string): Dict =>
  value instanceof Map ? (value as Dict) : bad(where, 'an object');
