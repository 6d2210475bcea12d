/**
 * τ²-bench's typed records: arguments that do not fit are refused, numbers become the type that the record has, and keys
 * stand in the record's order. The first line of a refusal and the field are as in the original, the rest is not copied.
 */
import { raise, typeName } from '../values/python.ts';
import { type Dict, isDict, isList, type Value } from '../values/value.ts';

/** Brings a value into a field's type; undefined if it does not fit. */
export type Field = (value: Value) => Value | undefined;

export const text: Field = value => (typeof value === 'string' ? value : undefined);

export const integer: Field = value => {
  if (typeof value === 'boolean') return BigInt(value);
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : undefined;
  if (typeof value === 'string') return /^[+-]?\d+$/.test(value.trim()) ? BigInt(value.trim()) : undefined;
  return typeof value === 'bigint' ? value : undefined;
};

export const float: Field = value => {
  if (typeof value === 'number') return value;
  const whole = typeof value === 'string' ? undefined : integer(value);
  if (typeof whole === 'bigint') return Number(whole);
  const isNumber = typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value));
  return isNumber ? Number(value) : undefined;
};

export const oneOf =
  (...choices: readonly string[]): Field =>
  value =>
    choices.includes(value as string) ? value : undefined;

/** A record of the given fields, all of them required, any others dropped. @throws PythonError naming what does not fit */
export const recordOfType = (
  type: string,
  fields: Readonly<Record<string, Field>>,
  given: Dict,
): Map<string, Value> => {
  const record = new Map<string, Value>();
  const problems: string[] = [];
  for (const [name, field] of Object.entries(fields)) {
    const value = given.get(name);
    const fitting = value === undefined ? undefined : field(value);
    if (value === undefined) problems.push(`${name}\n  Field required`);
    else if (fitting === undefined)
      problems.push(`${name}\n  Input of type ${typeName(value)} is not valid here`);
    else record.set(name, fitting);
  }
  if (problems.length > 0) {
    const noun = problems.length === 1 ? 'error' : 'errors';
    raise(`${problems.length} validation ${noun} for ${type}\n${problems.join('\n')}`);
  }
  return record;
};

/** A list of records. @throws PythonError if it is none */
export const recordsOfType = (
  type: string,
  fields: Readonly<Record<string, Field>>,
  given: Value,
): readonly Dict[] => {
  if (given === null || !isList(given)) return raise(`'${typeName(given)}' object is not a list of ${type}`);
  return given.map(item =>
    item !== null && typeof item === 'object' && isDict(item)
      ? recordOfType(type, fields, item)
      : raise(`'${typeName(item)}' object is not a ${type}`),
  );
};

/** A copy of a record with its optional fields, null where the data has none, at the end. */
export const withOptional = (record: Dict, names: readonly string[]): Dict => {
  const complete = new Map(record);
  for (const name of names) if (!complete.has(name)) complete.set(name, null);
  return complete;
};
