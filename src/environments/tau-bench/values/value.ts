/**
 * JSON as Python sees it. The benchmark's texts and fingerprints come from Python, where `100` and `100.0` differ, objects
 * keep their order and any text is a key like any other (specification, section 2). Plain JavaScript values lose all
 * three, so here an integer is a `bigint`, a float a `number`, and an object a `Map`.
 *
 * Values are never changed in place: whoever changes one makes a new one, so a value may be shared by any number of
 * databases.
 */
export type Value = null | boolean | bigint | number | string | List | Dict;
export type List = readonly Value[];
export type Dict = ReadonlyMap<string, Value>;

export const isList = (value: Value): value is List => Array.isArray(value);
export const isDict = (value: Value): value is Dict => value instanceof Map;

/** An object of the given entries, in their order. */
export const dict = (entries: Readonly<Record<string, Value>>): Dict => new Map(Object.entries(entries));

/** A copy with one entry set: in its place if the key was there, at the end if it was not. */
export const withEntry = (object: Dict, key: string, value: Value): Dict => new Map(object).set(key, value);

/** A copy with several entries set, as by `withEntry`. */
export const withEntries = (object: Dict, entries: Readonly<Record<string, Value>>): Dict => {
  const copy = new Map(object);
  for (const key of Object.keys(entries)) copy.set(key, entries[key]!);
  return copy;
};

/** A copy without one entry. */
export const withoutEntry = (object: Dict, key: string): Dict => {
  const copy = new Map(object);
  copy.delete(key);
  return copy;
};
