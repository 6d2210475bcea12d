/** A text written as Python source: one string token, quotes and prefix included. */

/** Reports a problem at an offset of the source. */
export type Fail = (at: number, problem: string) => never;

const opening = /([A-Za-z]{0,2})('''|"""|'|")/y;
const escapeForm = /\\(?:([0-7]{1,3})|x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([\s\S]))/y;

const meanings: Readonly<Record<string, string>> = {
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** Whether a string begins there (or something with quotes that `readString` refuses, bytes for example). */
export const stringBegins = (source: string, at: number): boolean => {
  opening.lastIndex = at;
  return opening.test(source);
};

/** Reads the string that begins at `start`: its text, and where it ends. */
export const readString = (source: string, start: number, fail: Fail): { text: string; end: number } => {
  opening.lastIndex = start;
  const [whole, prefix, quotes] = opening.exec(source) as unknown as [string, string, string];
  if (!/^[rRuU]?$/.test(prefix)) fail(start, `${prefix}${quotes} begins no plain text`);
  const isRaw = /r/i.test(prefix);
  let text = '';
  let at = start + whole.length;
  while (!source.startsWith(quotes, at)) {
    const character = source[at];
    if (character === undefined || (character === '\n' && quotes.length === 1)) {
      fail(start, 'this string is not closed');
    } else if (character !== '\\') {
      text += character;
      at++;
    } else if (isRaw) {
      text += source.slice(at, at + 2);
      at += 2;
    } else {
      const read = readEscape(source, at, fail);
      text += read.text;
      at = read.end;
    }
  }
  return { text, end: at + quotes.length };
};

const readEscape = (source: string, at: number, fail: Fail): { text: string; end: number } => {
  escapeForm.lastIndex = at;
  const match = escapeForm.exec(source) ?? fail(at, 'the file ends within a string');
  const [whole, octal, x, u, U, letter] = match;
  const end = at + whole.length;
  if (letter !== undefined) {
    if ('xuUN'.includes(letter))
      fail(at, `\\${letter} is not followed by what it needs, or is not read here`);
    // An escape that means nothing stays as it is written.
    return { text: meanings[letter] ?? whole, end };
  }
  const code = octal ? Number.parseInt(octal, 8) : Number.parseInt(x ?? u ?? U ?? '', 16);
  if (code > 0x10ffff) fail(at, `${whole} is no character`);
  return { text: String.fromCodePoint(code), end };
};
