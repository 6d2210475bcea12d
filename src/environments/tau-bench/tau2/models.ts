/**
 * τ²-bench's typed records: arguments that do not fit are refused, in pydantic's words, numbers become the type that the record has,
 * and keys stand in the record's order.
 */
import { raise, typeName } from '../values/python.ts';
import { type Dict, isDict, isList, type Value } from '../values/value.ts';
import { type Field, misfitText } from './fields.ts';

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
    const fitting = value === undefined ? undefined : field.read(value);
    if (value === undefined) problems.push(misfitText(name, ['Field required', 'missing'], given));
    else if (fitting === undefined) problems.push(misfitText(name, field.misfit(value), value));
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
