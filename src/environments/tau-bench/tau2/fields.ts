/** Types of the fields of τ²-bench's records, and what pydantic 2.13 says of a value that does not fit. */

import { typeName } from '../values/python.ts';
import { reprValue } from '../values/repr.ts';
import type { Value } from '../values/value.ts';

export interface Field {
  /** The value in the field's type; undefined if it does not fit. */
  readonly read: (value: Value) => Value | undefined;
  /** What is wrong with a value that does not fit: a sentence, and pydantic's name for it. */
  readonly misfit: (value: Value) => readonly [sentence: string, kind: string];
}

export const text: Field = {
  read: value => (typeof value === 'string' ? value : undefined),
  misfit: () => ['Input should be a valid string', 'string_type'],
};

const wholeNumber = /^[+-]?\d+(_\d+)*(\.0+)?$/;
const largest = 2 ** 63;

export const integer: Field = {
  read: value => {
    if (typeof value === 'boolean') return BigInt(value);
    if (typeof value === 'number')
      return Number.isInteger(value) && Math.abs(value) < largest ? BigInt(value) : undefined;
    if (typeof value !== 'string') return typeof value === 'bigint' ? value : undefined;
    const written = value.trim();
    return wholeNumber.test(written) ? BigInt(written.replace(/\..*|_|^\+/g, '')) : undefined;
  },
  misfit: value => {
    if (typeof value === 'string')
      return ['Input should be a valid integer, unable to parse string as an integer', 'int_parsing'];
    if (typeof value !== 'number') return ['Input should be a valid integer', 'int_type'];
    if (!Number.isFinite(value)) return ['Input should be a finite number', 'finite_number'];
    return Number.isInteger(value)
      ? ['Unable to parse input string as an integer, exceeded maximum size', 'int_parsing_size']
      : ['Input should be a valid integer, got a number with a fractional part', 'int_from_float'];
  },
};

export const float: Field = {
  read: value => {
    if (typeof value === 'boolean' || typeof value === 'bigint') {
      const number = Number(value);
      return Number.isFinite(number) ? number : undefined;
    }
    if (typeof value === 'number') return value;
    const isNumber = typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value));
    return isNumber ? Number(value) : undefined;
  },
  misfit: value =>
    typeof value === 'string'
      ? ['Input should be a valid number, unable to parse string as a number', 'float_parsing']
      : ['Input should be a valid number', 'float_type'],
};

export const oneOf = (...choices: readonly string[]): Field => {
  const quoted = choices.map(choice => `'${choice}'`);
  return {
    read: value => (choices.includes(value as string) ? value : undefined),
    misfit: () => [
      `Input should be ${[quoted.slice(0, -1).join(', '), quoted.at(-1)].join(' or ')}`,
      'literal_error',
    ],
  };
};

/** One entry of a validation error. */
export const misfitText = (name: string, [sentence, kind]: readonly [string, string], input: Value): string =>
  `${name}
  ${sentence} [type=${kind}, input_value=${shortened(reprValue(input))}, input_type=${typeName(input)}]
    For further information visit https://errors.pydantic.dev/2.13/v/${kind}`;

/** Of more than 50 bytes the first 25 and the last 24, whole characters only. */
const shortened = (text: string): string => {
  const bytes = Buffer.from(text);
  if (bytes.length <= 50) return text;
  const continues = (at: number): boolean => (bytes[at]! & 0xc0) === 0x80;
  let head = 25;
  while (continues(head)) head--;
  let tail = bytes.length - 24;
  while (tail < bytes.length && continues(tail)) tail++;
  return `${bytes.subarray(0, head)}...${bytes.subarray(tail)}`;
};
