import { floatText } from './numbers.ts';
import { isList, type Value } from './value.ts';

const short: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\f': '\\f',
  '\b': '\\b',
};
const escapeCharacter = (character: string): string =>
  short[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

const escaped = (text: string, what: RegExp): string =>
  what.test(text) ? `"${text.replace(new RegExp(what, 'g'), escapeCharacter)}"` : `"${text}"`;

/** What must be escaped where only printable ASCII may stand. */
const notAscii = /[^ !#-[\]-~]/;
/** What must be escaped in any JSON. */
const notLiteral = /[^ !#-[\]-\uffff]/;

const numberText = (value: bigint | number): string => {
  if (typeof value === 'bigint' || Number.isFinite(value)) {
    return typeof value === 'bigint' ? String(value) : floatText(value);
  }
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
};

/**
 * JSON text as the tools print it: `", "` and `": "`, keys in their own order, ASCII only (specification, section 2.4).
 */
export const printValue = (value: Value): string => {
  switch (typeof value) {
    case 'string':
      return escaped(value, notAscii);
    case 'bigint':
    case 'number':
      return numberText(value);
    case 'boolean':
      return value ? 'true' : 'false';
  }
  if (value === null) return 'null';
  let text = '';
  if (isList(value)) {
    for (const item of value) text += text === '' ? printValue(item) : `, ${printValue(item)}`;
    return `[${text}]`;
  }
  for (const [key, item] of value) {
    text += `${text === '' ? '' : ', '}${escaped(key, notAscii)}: ${printValue(item)}`;
  }
  return `{${text}}`;
};

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
    return typeof value === 'string' ? escaped(value, notLiteral) : printValue(value);
  }
  if (isList(value)) return `[${value.map(canonicalText).join(',')}]`;
  const keys = [...value.keys()].sort(byCodePoint);
  return `{${keys.map(key => `${escaped(key, notLiteral)}:${canonicalText(value.get(key)!)}`).join(',')}}`;
};
