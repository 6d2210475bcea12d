/**
 * Reads data that is written as Python source. Nothing is executed: what is not a literal (a name, an operator, a
 * comprehension) is refused. Texts, numbers, True, False, None, lists, tuples and dicts are read, and calls with
 * keywords where their names are known. 100 and 100.0 stay apart, and keys keep their order.
 */
import { BadInputError } from '../../../base/errors.ts';
import type { Value } from '../values/value.ts';
import { readString, stringBegins } from './python-strings.ts';

/** Python source, and its name in errors. */
export interface PythonSource {
  readonly text: string;
  readonly where: string;
}

/**
 * The literal that a name is given at the top of the source (`TASKS = [...]`). A call with keywords becomes an object of
 * them if its name is among `calls`; a tuple becomes a list.
 * @throws BadInputError with file and line if the name is there not exactly once, or what it is given is no literal
 */
export const readAssigned = (source: PythonSource, name: string, calls: readonly string[] = []): Value =>
  readAfter(source, `${name} =`, new RegExp(`^${name}\\b(?<whole>[ \\t]*=(?!=))?`, 'gm'), calls);

/**
 * The literal that a function returns in its first statement (`def get_info(): return {...}`).
 * @throws BadInputError with file and line if there is not exactly one such function, or what it returns is no literal
 */
export const readReturned = (source: PythonSource, name: string): Value => {
  const head = `^[ \\t]*def ${name}\\b(?<whole>\\([^)]*\\)[^:\\n]*:(?:\\s|#[^\\n]*)*return\\b)?`;
  return readAfter(source, `def ${name}(...): return`, new RegExp(head, 'gm'), []);
};

const readAfter = (
  { text, where }: PythonSource,
  form: string,
  head: RegExp,
  calls: readonly string[],
): Value => {
  const source = text.replace(/\r\n?/g, '\n');
  const fail = (at: number, problem: string): never => {
    throw new BadInputError(`${where}, line ${source.slice(0, at).split('\n').length}`, problem);
  };
  const [match, another] = source.matchAll(head);
  if (!match) throw new BadInputError(where, `there is no \`${form}\` in it`);
  if (another) fail(another.index, `expected \`${form}\` once, and nothing more of it`);
  if (match.groups?.whole === undefined) fail(match.index, `expected \`${form}\` and a literal`);
  return readLiteral(source, match.index + match[0].length, calls, fail);
};

/** Python itself nests no deeper. */
const maximumDepth = 200;

const gapInBrackets = /(?:[ \t\f\n]|\\\n|#[^\n]*)*/y;
const gapOnLine = /(?:[ \t\f]|\\\n)*/y;
const endOfLine = /(?:#[^\n]*)?(?:\n|$)/y;
const word = /[A-Za-z_]\w*/y;
const numberLike = /[+-]?\.?\d(?:[eE][+-]|[\w.])*/y;
const integerForm = /^[+-]?(?:0(?:_?0)*|[1-9](?:_?\d)*)$/;
const floatForm =
  /^[+-]?(?:\d(?:_?\d)*\.(?:\d(?:_?\d)*)?|\.\d(?:_?\d)*|\d(?:_?\d)*(?=[eE]))(?:[eE][+-]?\d(?:_?\d)*)?$/;
const constants = new Map<string, Value>([
  ['True', true],
  ['False', false],
  ['None', null],
]);

/** Reads the literal at `start`, which must end its line. */
const readLiteral = (
  source: string,
  start: number,
  calls: readonly string[],
  fail: (at: number, problem: string) => never,
): Value => {
  let at = start;
  let depth = 0;

  const next = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(source)?.[0];
    at += found?.length ?? 0;
    return found;
  };
  const skipGap = (): void => {
    next(depth === 0 ? gapOnLine : gapInBrackets);
  };
  const unexpected = (expected: string): never =>
    fail(at, `expected ${expected}, found ${at < source.length ? JSON.stringify(source[at]) : 'the end'}`);

  /** Reads `one` until the closing bracket, commas between; says how many commas there were. */
  const readSeries = (close: string, one: () => void): number => {
    if (++depth > maximumDepth) fail(at, `more than ${maximumDepth} levels of nesting`);
    at++;
    let count = 0;
    let commas = 0;
    for (skipGap(); source[at] !== close; skipGap()) {
      if (count > commas) unexpected(`"," or "${close}"`);
      one();
      count++;
      skipGap();
      if (source[at] === ',') {
        commas++;
        at++;
      }
    }
    at++;
    depth--;
    return commas;
  };
  const readText = (): string => {
    let whole = '';
    while (stringBegins(source, at)) {
      const { text, end } = readString(source, at, fail);
      whole += text;
      at = end;
      skipGap();
    }
    return whole;
  };
  const readNumber = (): Value => {
    const begin = at;
    const written = next(numberLike) ?? unexpected('a literal');
    const digits = written.replaceAll('_', '');
    if (integerForm.test(written)) return BigInt(digits.replace('+', ''));
    if (!floatForm.test(written) || !Number.isFinite(Number(digits))) {
      fail(begin, `${written} is no number that is read here`);
    }
    return Number(digits);
  };
  const readList = (close: string): { items: Value[]; commas: number } => {
    const items: Value[] = [];
    const commas = readSeries(close, () => items.push(readOne()));
    return { items, commas };
  };
  const readInParentheses = (): Value => {
    const { items, commas } = readList(')');
    return items.length === 1 && commas === 0 ? items[0]! : items;
  };
  const readDict = (): Value => {
    const entries = new Map<string, Value>();
    readSeries('}', () => {
      if (!stringBegins(source, at)) unexpected('a text as key');
      const key = readText();
      skipGap();
      if (source[at] !== ':') unexpected('":"');
      at++;
      entries.set(key, readOne());
    });
    return entries;
  };
  const readKeywords = (): Value => {
    const entries = new Map<string, Value>();
    readSeries(')', () => {
      const begin = at;
      const keyword = next(word) ?? unexpected('a keyword');
      if (entries.has(keyword)) fail(begin, `${keyword} is given twice`);
      skipGap();
      if (source[at] !== '=') unexpected('"=" after a keyword');
      at++;
      entries.set(keyword, readOne());
    });
    return entries;
  };
  const readNamed = (name: string, begin: number): Value => {
    const constant = constants.get(name);
    if (constant !== undefined) return constant;
    skipGap();
    if (source[at] === '(' && calls.includes(name)) return readKeywords();
    return fail(begin, `${name} is no literal, and nothing is executed here`);
  };
  const readOne = (): Value => {
    skipGap();
    if (source[at] === '[') return readList(']').items;
    if (source[at] === '{') return readDict();
    if (source[at] === '(') return readInParentheses();
    if (stringBegins(source, at)) return readText();
    const begin = at;
    const name = next(word);
    return name === undefined ? readNumber() : readNamed(name, begin);
  };

  const value = readOne();
  skipGap();
  if (next(endOfLine) === undefined) unexpected('the end of the line');
  return value;
};
