import { pythonJson } from '../../../base/python-json.ts';
import { isList, type Value } from './value.ts';

/**
 * JSON text as the tools print it: `", "` and `": "`, keys in their own order, ASCII only (specification, section 2.4).
 */
export const printValue = (value: Value): string => pythonJson(value, { numbers: 'float' });

/** Orders texts by code point (JavaScript's own order goes by UTF-16 units and differs for characters beyond U+FFFF). */
export const byCodePoint = (a: string, b: string): number => {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return isSurrogate(x) === isSurrogate(y) ? x - y : isSurrogate(x) ? 1 : -1;
  }
  return a.length - b.length;
};
const isSurrogate = (unit: number): boolean => unit >= 0xd800 && unit < 0xe000;

/**
 * Canonical JSON, the text behind `dbSha256` (specification, section 11): keys sorted by code point, no spaces, characters literal.
 */
export const canonicalText = (value: Value): string => {
  if (value === null || typeof value !== 'object') {
    return typeof value === 'string' ? JSON.stringify(value) : printValue(value);
  }
  if (isList(value)) return `[${value.map(canonicalText).join(',')}]`;
  const keys = [...value.keys()].sort(byCodePoint);
  return `{${keys.map(key => `${JSON.stringify(key)}:${canonicalText(value.get(key)!)}`).join(',')}}`;
};

/** JSON as Python writes it with sorted keys. */
export const sortedText = (value: Value): string => printValue(sorted(value));

const sorted = (value: Value): Value => {
  if (value === null || typeof value !== 'object') return value;
  if (isList(value)) return value.map(sorted);
  return new Map(
    [...value].sort(([a], [b]) => byCodePoint(a, b)).map(([key, entry]) => [key, sorted(entry)]),
  );
};
