import { isDict, isList, type Value } from './value.ts';

/**
 * Whether two values have the same canonical text: key order ignored, list order and types respected; `1`, `1.0` and
 * `true` differ, and so do `0.0` and `-0.0` (specification, section 5.1).
 */
export const sameValue = (a: Value, b: Value): boolean => {
  if (Object.is(a, b)) return true;
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false;
  if (isList(a) || isList(b)) {
    return isList(a) && isList(b) && a.length === b.length && a.every((item, i) => sameValue(item, b[i]!));
  }
  return a.size === b.size && [...a].every(([key, item]) => b.has(key) && sameValue(item, b.get(key)!));
};

/** Python's `==`: numbers and booleans by their mathematical value, so `1 == 1.0 == True`. */
export const pythonEqual = (a: Value, b: Value): boolean => {
  if (isList(a) || isList(b)) {
    return isList(a) && isList(b) && a.length === b.length && a.every((item, i) => pythonEqual(item, b[i]!));
  }
  if (isDict(a) || isDict(b)) {
    return (
      isDict(a) &&
      isDict(b) &&
      a.size === b.size &&
      [...a].every(([key, item]) => b.has(key) && pythonEqual(item, b.get(key)!))
    );
  }
  const x = typeof a === 'boolean' ? BigInt(a) : a;
  const y = typeof b === 'boolean' ? BigInt(b) : b;
  const areNumbers = isNumeric(x) && isNumeric(y);
  // biome-ignore lint/suspicious/noDoubleEquals: between a bigint and a number, == compares the exact values
  return areNumbers ? x == y : x === y;
};
const isNumeric = (value: Value): value is bigint | number =>
  typeof value === 'bigint' || typeof value === 'number';
