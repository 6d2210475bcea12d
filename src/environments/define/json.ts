/** JSON data that nobody can write to any more, made of whatever a user's code gave. */
import type { Json } from '../../dialogue/json.ts';

/** Something that is not JSON. `path` leads to it, for example `orders.W1.placed`. */
export class NotJsonError extends Error {
  override readonly name = 'NotJsonError';
}

/**
 * A frozen copy. The user's own objects stay as they are and may be changed afterwards.
 * @param name what stands before the path in messages
 * @throws NotJsonError for a Date, a function, `undefined`, a cycle, a number that is none
 */
export const frozenJson = (value: unknown, name: string): Json => copy(value, name, []);

const copy = (value: unknown, path: string, above: readonly unknown[]): Json => {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return value;
    throw new NotJsonError(`${path} is ${value}, which JSON cannot say`);
  }
  if (typeof value !== 'object') throw new NotJsonError(`${path} is ${nameOf(value)}, which is not JSON`);
  if (above.includes(value)) throw new NotJsonError(`${path} contains itself`);
  const inside = [...above, value];
  if (Array.isArray(value))
    return Object.freeze(Array.from(value, (item, i) => copy(item, `${path}[${i}]`, inside)));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null)
    throw new NotJsonError(`${path} is a ${value.constructor?.name ?? 'class instance'}, which is not JSON`);
  const fields = Object.entries(value).map(
    ([key, item]) => [key, copy(item, `${path}.${key}`, inside)] as const,
  );
  return Object.freeze(Object.fromEntries(fields));
};

const nameOf = (value: unknown): string =>
  value === undefined ? 'undefined' : typeof value === 'function' ? 'a function' : `a ${typeof value}`;

/** Whether two JSON values say the same, whatever the order of their fields. */
export const sameJson = (a: Json | undefined, b: Json | undefined): boolean =>
  a === b || (isComposite(a) && isComposite(b) && haveSame(a, b, sameJson) && sizeOf(a) === sizeOf(b));

/** Whether `whole` says all that `part` says; objects may say more, lists may not. */
export const includesJson = (whole: Json | undefined, part: Json | undefined): boolean =>
  whole === part ||
  (isComposite(whole) &&
    isComposite(part) &&
    (!Array.isArray(part) || sizeOf(whole) === sizeOf(part)) &&
    haveSame(whole, part, includesJson));

type Composite = Exclude<Json, string | number | boolean | null>;
const isComposite = (value: Json | undefined): value is Composite =>
  typeof value === 'object' && value !== null;
const sizeOf = (value: Composite): number => Object.keys(value).length;

const haveSame = (
  whole: Composite,
  part: Composite,
  same: (a: Json | undefined, b: Json | undefined) => boolean,
): boolean =>
  Array.isArray(whole) === Array.isArray(part) &&
  Object.entries(part).every(
    ([key, value]) => Object.hasOwn(whole, key) && same(at(whole, key), value as Json),
  );

const at = (value: Composite, key: string): Json | undefined =>
  (value as Readonly<Record<string, Json>>)[key];

/** What lies at a dotted path, undefined if nothing does. Lists are entered by number: `items.0.price`. */
export const valueAt = (value: Json, path: string): Json | undefined =>
  path
    .split('.')
    .reduce<Json | undefined>(
      (inside, key) => (isComposite(inside) && Object.hasOwn(inside, key) ? at(inside, key) : undefined),
      value,
    );
