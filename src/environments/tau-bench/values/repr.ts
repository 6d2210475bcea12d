import { floatText } from '../../../base/python-float.ts';
import { isList, type Value } from './value.ts';

/** What Python does not print as it is: controls, format characters, surrogates, unassigned ones, and spaces but the plain one. */
const unprintable = /[\p{C}\p{Z}]/u;

const escapeCharacter = (character: string): string => {
  const code = character.codePointAt(0)!;
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code <= 0xffff
    ? `\\u${code.toString(16).padStart(4, '0')}`
    : `\\U${code.toString(16).padStart(8, '0')}`;
};

/** A text as a Python literal: single quotes, double ones if it holds single ones only. */
export const reprText = (text: string): string => {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let literal = '';
  for (const character of text) {
    if (character === '\\' || character === quote) literal += `\\${character}`;
    else if (character === '\n') literal += '\\n';
    else if (character === '\r') literal += '\\r';
    else if (character === '\t') literal += '\\t';
    else literal += character !== ' ' && unprintable.test(character) ? escapeCharacter(character) : character;
  }
  return `${quote}${literal}${quote}`;
};

/** A value as a Python literal: `[1, 'a', None]`, `{'a': 1.0, 'b': "it's"}`. */
export const reprValue = (value: Value): string => {
  switch (typeof value) {
    case 'string':
      return reprText(value);
    case 'bigint':
      return String(value);
    case 'number':
      return floatText(value);
    case 'boolean':
      return value ? 'True' : 'False';
  }
  if (value === null) return 'None';
  if (isList(value)) return `[${value.map(reprValue).join(', ')}]`;
  return `{${[...value].map(([key, item]) => `${reprText(key)}: ${reprValue(item)}`).join(', ')}}`;
};

/** A value as Python prints it within a message: texts bare, anything else as `reprValue`. */
export const messageText = (value: Value): string => (typeof value === 'string' ? value : reprValue(value));
