/** What differs between two states, as paths with what stood there before and stands there now. */
import type { StateChange } from './api.ts';

const MOST_CHANGES = 200;
const MOST_CHARACTERS = 2000;

/** States share what they have in common, so what is the same object is passed over however large it is. */
export const changesBetween = (before: unknown, after: unknown): readonly StateChange[] => {
  const changes: StateChange[] = [];
  const compare = (path: string, old: unknown, now: unknown): void => {
    if (Object.is(old, now) || changes.length >= MOST_CHANGES) return;
    const [oldParts, nowParts] = [partsOf(old), partsOf(now)];
    if (oldParts && nowParts) {
      for (const key of new Set([...oldParts.keys(), ...nowParts.keys()]))
        compare(path === '' ? key : `${path}.${key}`, oldParts.get(key), nowParts.get(key));
      return;
    }
    const [was, is] = [textOf(old), textOf(now)];
    if (was !== is) changes.push({ path, before: was, after: is });
  };
  compare('', before, after);
  return changes;
};

/** Members by name, of what has any. */
const partsOf = (value: unknown): ReadonlyMap<string, unknown> | undefined => {
  if (typeof value !== 'object' || value === null) return undefined;
  if (value instanceof Map) return new Map([...value].map(([key, one]) => [String(key), one]));
  if (value instanceof Set) return new Map([...value].map(one => [textOf(one) ?? '', true]));
  return new Map(Object.entries(value));
};

/** Null: there is nothing. */
const textOf = (value: unknown): string | null => {
  if (value === undefined) return null;
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
};
