/** JSON as a model wrote it, in the middle of a text or as Python would print it. */
import { isJsonObject, type Json } from './json.ts';

export interface Written {
  readonly value: Json;
  /**
   * A field's JSON text, numbers in the very text in which they were written: `100` and `100.0` are different values
   * to some environments.
   */
  fieldText(name: string): string;
}

/** Python's parser takes these in place of numbers; JSON has no word for them. */
const pythonNumbers = /"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g;

/** JSON as Python's parser takes it, in words of JSON: `Infinity` becomes a number beyond all others, `NaN` null. */
export const withoutPythonNumbers = (text: string): string =>
  text.replaceAll(pythonNumbers, token =>
    token.startsWith('"') ? token : token === 'NaN' ? ' null ' : ` ${token.replace('Infinity', '1e999')} `,
  );

/** Parses JSON, also as Python writes it. @returns undefined if it is not JSON */
export const parseWritten = (text: string): Written | undefined =>
  parse(text) ?? parse(withoutPythonNumbers(text));

const parse = (text: string): Written | undefined => {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
  return {
    value,
    fieldText: name => {
      const kept = JSON.parse(text, keepNumber) as Json;
      return isJsonObject(kept) ? JSON.stringify(kept[name]) : 'null';
    },
  };
};

type Reviver = (key: string, value: unknown, context?: { readonly source?: string }) => unknown;
const rawJson = (JSON as { readonly rawJSON?: (text: string) => unknown }).rawJSON;

/** Source texts of numbers came to JavaScript after Node 20; there, numbers are only numbers. */
const keepNumber: Reviver = (_key, value, context) =>
  typeof value === 'number' && context?.source !== undefined && rawJson ? rawJson(context.source) : value;
