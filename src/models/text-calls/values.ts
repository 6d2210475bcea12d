/** Values in the middle of a text: where a JSON value ends, and calls as Python writes them. */

export interface Found {
  readonly text: string;
  /** Where the text goes on behind it. */
  readonly end: number;
}

/** The JSON object or list that begins at the first brace or bracket from `from` on; undefined if none is whole. */
export const valueFrom = (text: string, from = 0): Found | undefined => {
  const start = text.slice(from).search(/[{[]/) + from;
  if (start < from) return undefined;
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const character = text[at]!;
    if (character === '"') at = endOfString(text, at);
    else if (character === '{' || character === '[') depth++;
    else if ((character === '}' || character === ']') && --depth === 0)
      return { text: text.slice(start, at + 1), end: at + 1 };
  }
  return undefined;
};

/** @returns where the quote closes that opens at `start`, or the end of the text */
const endOfString = (text: string, start: number): number => {
  const quote = text[start];
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === quote) return at;
  }
  return text.length;
};

export interface PythonCall {
  readonly name: string;
  /** JSON text of an object. */
  readonly arguments: string;
}

const NAME = /^[\s,;]*([A-Za-z_][\w.-]*)\(/;
const ARGUMENT = /^[\s,]*([A-Za-z_]\w*)\s*=\s*/;

/** @example pythonCalls('[find(area="north", stars=4)]') // [{ name: 'find', arguments: '{"area":"north","stars":4}' }] */
export const pythonCalls = (text: string): readonly PythonCall[] | undefined => {
  const calls: PythonCall[] = [];
  let rest = text.trim().replace(/^\[([\s\S]*)\]$/, '$1');
  while (rest.trim()) {
    const name = NAME.exec(rest);
    if (!name) return undefined;
    rest = rest.slice(name[0].length);
    const fields: string[] = [];
    for (let argument = ARGUMENT.exec(rest); argument; argument = ARGUMENT.exec(rest)) {
      const value = literal(rest.slice(argument[0].length));
      if (!value) return undefined;
      fields.push(`${JSON.stringify(argument[1])}:${value.text}`);
      rest = rest.slice(argument[0].length + value.end);
    }
    const close = /^[\s,]*\)/.exec(rest);
    if (!close) return undefined;
    rest = rest.slice(close[0].length);
    calls.push({ name: name[1]!, arguments: `{${fields.join(',')}}` });
  }
  return calls.length > 0 ? calls : undefined;
};

const WORDS: Readonly<Record<string, string>> = {
  True: 'true',
  False: 'false',
  None: 'null',
  true: 'true',
  false: 'false',
  null: 'null',
};

/** A Python literal as JSON text. */
const literal = (text: string): Found | undefined => {
  const first = text[0] ?? '';
  if (first === '"' || first === "'") {
    const end = endOfString(text, 0);
    return end < text.length ? { text: quoted(text.slice(1, end)), end: end + 1 } : undefined;
  }
  const plain = /^(?:-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|[A-Za-z]+)/.exec(text)?.[0];
  if (plain !== undefined) {
    const word = WORDS[plain] ?? (/^[-\d]/.test(plain) ? plain : undefined);
    return word === undefined ? undefined : { text: word, end: plain.length };
  }
  return first === '[' || first === '{' ? collection(text) : undefined;
};

const quoted = (inside: string): string =>
  JSON.stringify(
    inside.replaceAll(/\\(.)/gs, (whole, character: string) =>
      character === 'n' ? '\n' : character === 't' ? '\t' : /["'\\]/.test(character) ? character : whole,
    ),
  );

/** A list or dictionary of literals. */
const collection = (text: string): Found | undefined => {
  const close = text[0] === '[' ? ']' : '}';
  const parts: string[] = [];
  let at = 1;
  const skip = (pattern: RegExp): void => {
    at += pattern.exec(text.slice(at))?.[0].length ?? 0;
  };
  for (skip(/^\s*/); text[at] !== close; skip(/^[\s,]*/)) {
    const value = literal(text.slice(at));
    if (!value) return undefined;
    at += value.end;
    if (close === '}') {
      skip(/^\s*:\s*/);
      const field = literal(text.slice(at));
      if (!field) return undefined;
      at += field.end;
      parts.push(`${value.text}:${field.text}`);
    } else parts.push(value.text);
  }
  return { text: text[0] + parts.join(',') + close, end: at + 1 };
};
