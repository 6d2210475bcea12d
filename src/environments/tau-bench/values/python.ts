/**
 * Python's operations on values, with Python's errors: tools take arguments of any type, and what a wrong type does depends on
 * the first operation that cannot handle it (specification, section 4).
 */
import { pythonEqual } from './equal.ts';
import { roundFloat } from './numbers.ts';
import { messageText, reprValue } from './repr.ts';
import { type Dict, isDict, isList, type List, type Value } from './value.ts';

/** What Python would raise. Its message is what an agent sees after `Error: `. */
export class PythonError extends Error {
  override readonly name = 'PythonError';
}

export const raise: (message: string) => never = message => {
  throw new PythonError(message);
};

/** Python's name of a value's type. */
export const typeName = (value: Value): string => {
  switch (typeof value) {
    case 'string':
      return 'str';
    case 'bigint':
      return 'int';
    case 'number':
      return 'float';
    case 'boolean':
      return 'bool';
  }
  return value === null ? 'NoneType' : isList(value) ? 'list' : 'dict';
};

/** Whether an object has a key. Only texts can be keys; lists and objects cannot even be looked up. */
export const hasKey = (object: Dict, key: Value): key is string => {
  if (key !== null && typeof key === 'object') raise(`unhashable type: '${typeName(key)}'`);
  return typeof key === 'string' && object.has(key);
};

/** The entry of an object; a missing key raises its own representation. */
export const entry = (object: Dict, key: Value): Value =>
  hasKey(object, key) ? object.get(key)! : raise(reprValue(key));

/** `value[key]` with a text as key, for a value of any type. */
export const field = (value: Value, key: string): Value => {
  if (value !== null && typeof value === 'object') {
    return isList(value) ? raise('list indices must be integers or slices, not str') : entry(value, key);
  }
  return typeof value === 'string'
    ? raise("string indices must be integers, not 'str'")
    : raise(`'${typeName(value)}' object is not subscriptable`);
};

/** What `for` walks: a list's items, a text's characters, an object's keys. */
export const iterate = (value: Value): List => {
  if (typeof value === 'string') return [...value];
  if (value === null || typeof value !== 'object') {
    return raise(`'${typeName(value)}' object is not iterable`);
  }
  return isList(value) ? value : [...value.keys()];
};

export const lengthOf = (value: Value): number => {
  if (typeof value === 'string') return [...value].length;
  if (value === null || typeof value !== 'object') {
    return raise(`object of type '${typeName(value)}' has no len()`);
  }
  return isList(value) ? value.length : value.size;
};

/** `value.name`, for a method that only some types have. */
const withoutMethod = (value: Value, method: string): never =>
  raise(`'${typeName(value)}' object has no attribute '${method}'`);

export const lower = (value: Value): string =>
  typeof value === 'string' ? value.toLowerCase() : withoutMethod(value, 'lower');

/** How often an item is in a list. (Of a text, only single characters are ever counted.) */
export const countOf = (value: Value, item: Value): number => {
  if (typeof value === 'string') return [...value].filter(character => character === item).length;
  return value !== null && isList(value)
    ? value.filter(other => pythonEqual(other, item)).length
    : withoutMethod(value, 'count');
};

/** A list with further items at its end, by the method `append` or `extend`. */
export const extended = (value: Value, items: List, method: 'append' | 'extend'): List =>
  value !== null && isList(value) ? [...value, ...items] : withoutMethod(value, method);

type Numeric = bigint | number;
const numeric = (value: Value): Numeric | undefined => {
  if (typeof value === 'boolean') return BigInt(value);
  return typeof value === 'bigint' || typeof value === 'number' ? value : undefined;
};

/** An integer as the nearest float. */
export const toFloat = (value: Numeric): number => {
  const float = Number(value);
  return typeof value === 'bigint' && !Number.isFinite(float)
    ? raise('int too large to convert to float')
    : float;
};

type Sign = '+' | '-' | '*' | '+=' | '-=';

/** Adds, subtracts or multiplies two numbers: an integer if both are integers, else a float. */
export const arithmetic = (a: Value, sign: Sign, b: Value): Numeric => {
  const x = numeric(a);
  const y = numeric(b);
  if (x === undefined || y === undefined) {
    return raise(`unsupported operand type(s) for ${sign}: '${typeName(a)}' and '${typeName(b)}'`);
  }
  const operation = sign[0];
  if (typeof x === 'bigint' && typeof y === 'bigint') {
    return operation === '+' ? x + y : operation === '-' ? x - y : x * y;
  }
  const p = toFloat(x);
  const q = toFloat(y);
  return operation === '+' ? p + q : operation === '-' ? p - q : p * q;
};

/** `a < b`, for numbers. */
export const lessThan = (a: Value, b: Value): boolean => {
  const x = numeric(a);
  const y = numeric(b);
  if (x !== undefined && y !== undefined) return x < y;
  return raise(`'<' not supported between instances of '${typeName(a)}' and '${typeName(b)}'`);
};

/** `round(x, 2)`: an integer stays what it is. */
export const rounded = (x: Numeric): Numeric => (typeof x === 'bigint' ? x : roundFloat(x));

export const absolute = (x: Numeric): Numeric => (typeof x === 'bigint' ? (x < 0n ? -x : x) : Math.abs(x));

/** A message with values printed the Python way. */
export const message = (parts: TemplateStringsArray, ...values: readonly Value[]): string =>
  parts.reduce((text, part, i) => text + messageText(values[i - 1]!) + part);

/** The object at a place where the data always has one. */
export const dictAt = (object: Dict, key: Value): Dict => {
  const found = entry(object, key);
  return isDict(found) ? found : raise(`'${typeName(found)}' object is not an object of the database`);
};

/** The list at a place where the data always has one. */
export const listAt = (object: Dict, key: Value): List => iterate(entry(object, key));
