import { isJsonObject, type Json } from '../../dialogue/json.ts';
import type { TravelRules } from './rules.ts';

/** Arguments by parameter, or the fields of a record. */
export type Values = Readonly<Record<string, Json>>;

const EMPTY = new Set(['', 'dont care', 'not mentioned', "don't care", 'dontcare', "do n't care"]);

/** Lower-cased and without apostrophes: the only normalisation there is (toolwoz.md, section 3). */
export const normalised = (text: string): string => text.toLowerCase().replaceAll("'", '');

const EMPTY_NORMALISED = new Set([...EMPTY].map(normalised));

/** Whether a value says nothing. Only texts can; `null`, `0` and `[]` say something. */
export const isEmpty = (value: Json, rules: TravelRules): boolean =>
  typeof value === 'string' &&
  (rules.oneNotionOfEmpty ? EMPTY_NORMALISED.has(normalised(value)) : EMPTY.has(value));

/** The entries that say something. */
export const nonEmpty = (values: Values, rules: TravelRules): Values =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => !isEmpty(value, rules)));

/**
 * Whether everything that `some` says is said by `all` too, case and apostrophes aside (toolwoz.md, section 3).
 * Spaces count, `"3"` is not `3`, and values that say nothing count on neither side.
 */
export const subset = (some: Values, all: Values, rules: TravelRules): boolean => {
  for (const key of Object.keys(some)) {
    const wanted = some[key]!;
    if (isEmpty(wanted, rules)) continue;
    if (!Object.hasOwn(all, key)) return false;
    const given = all[key]!;
    if (isEmpty(given, rules) || !sameValue(wanted, given)) return false;
  }
  return true;
};

/** Equality as Python has it: `1` and `true` are equal, lists and objects compare by content. */
const sameValue = (a: Json, b: Json): boolean => {
  if (typeof a === 'string' || typeof b === 'string') {
    return typeof a === 'string' && typeof b === 'string' && (a === b || normalised(a) === normalised(b));
  }
  return equal(a, b);
};

const equal = (a: Json, b: Json): boolean => {
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((entry, i) => equal(entry, b[i]));
  }
  if (isJsonObject(a)) {
    const keys = Object.keys(a);
    return (
      isJsonObject(b) &&
      keys.length === Object.keys(b).length &&
      keys.every(key => Object.hasOwn(b, key) && equal(a[key]!, b[key]!))
    );
  }
  return numeric(a) === numeric(b);
};

const numeric = (value: Json): Json => (typeof value === 'boolean' ? Number(value) : value);
