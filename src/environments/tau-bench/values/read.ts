import { BadInputError } from '../../../base/errors.ts';
import type { Value } from './value.ts';

/** Deeper nesting than any data has: deeper text is refused before it can exhaust the stack. */
const maximumDepth = 500;

const numberPattern = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const hexPattern = /[0-9a-fA-F]{4}/y;
const plainText = /[ !#-[\]-\uffff]*/y;
const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/**
 * Reads JSON text. A number written with `.`, `e` or `E` is a float, any other an integer of any size; of a repeated key
 * the last value counts, in the first one's place.
 * @param where names the text in errors, for example a file's path
 * @throws BadInputError with the position of what is not JSON
 */
export const readValue = (text: string, where: string): Value => {
  let at = 0;

  const fail = (problem: string): never => {
    const line = text.slice(0, at).split('\n').length;
    throw new BadInputError(`${where}, line ${line}, character ${at}`, `${problem}: this is not JSON`);
  };
  const skipSpace = (): void => {
    for (let code = text.charCodeAt(at); code === 32 || code === 10 || code === 13 || code === 9; ) {
      code = text.charCodeAt(++at);
    }
  };
  const next = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) at += match[0].length;
    return match;
  };

  const readEscape = (): string => {
    const letter = text[at++] ?? fail('the text ends within a string');
    if (letter !== 'u') return escapes[letter] ?? fail(`\\${letter} means nothing`);
    const digits = next(hexPattern) ?? fail('\\u needs four hexadecimal digits');
    return String.fromCharCode(Number.parseInt(digits[0], 16));
  };
  const readString = (): string => {
    at++;
    let read = next(plainText)![0];
    while (text[at] === '\\') {
      at++;
      read += readEscape();
      read += next(plainText)![0];
    }
    if (text[at] !== '"') fail('a string is not closed, or holds a control character');
    at++;
    return read;
  };
  const readNumber = (): Value => {
    const match = next(numberPattern) ?? fail(`unexpected ${JSON.stringify(text[at] ?? 'end of text')}`);
    return match[1] === undefined && match[2] === undefined ? BigInt(match[0]) : Number(match[0]);
  };
  const readWord = (word: string, value: Value): Value => {
    if (!text.startsWith(word, at)) fail(`unexpected ${JSON.stringify(text[at])}`);
    at += word.length;
    return value;
  };
  /** Reads `one` until the closing bracket; commas between. */
  const readSeries = (close: string, one: () => void): void => {
    at++;
    skipSpace();
    if (text[at] === close) {
      at++;
      return;
    }
    for (;;) {
      one();
      skipSpace();
      const separator = text[at];
      if (separator !== ',' && separator !== close) fail(`expected "," or "${close}"`);
      at++;
      if (separator === close) return;
    }
  };
  const readDict = (depth: number): Value => {
    const entries = new Map<string, Value>();
    readSeries('}', () => {
      skipSpace();
      if (text[at] !== '"') fail('expected a key in double quotes');
      const key = readString();
      skipSpace();
      if (text[at] !== ':') fail('expected ":"');
      at++;
      entries.set(key, readAny(depth + 1));
    });
    return entries;
  };
  const readList = (depth: number): Value => {
    const items: Value[] = [];
    readSeries(']', () => {
      items.push(readAny(depth + 1));
    });
    return items;
  };
  const readAny = (depth: number): Value => {
    if (depth > maximumDepth) fail(`more than ${maximumDepth} levels of nesting`);
    skipSpace();
    switch (text[at]) {
      case '{':
        return readDict(depth);
      case '[':
        return readList(depth);
      case '"':
        return readString();
      case 't':
        return readWord('true', true);
      case 'f':
        return readWord('false', false);
      case 'n':
        return readWord('null', null);
      default:
        return readNumber();
    }
  };

  const value = readAny(0);
  skipSpace();
  if (at < text.length) fail(`unexpected ${JSON.stringify(text[at])} after the value`);
  return value;
};
