import type { Json } from '../../dialogue/json.ts';
import { isJsonObject } from '../../dialogue/json.ts';

/** What the embedded model is shown of a tool's result. */
export type ShownResult =
  | { readonly kind: 'error' }
  | { readonly kind: 'none' }
  | { readonly kind: 'value'; readonly text: string }
  | { readonly kind: 'fields'; readonly fields: readonly { readonly name: string; readonly text: string }[] };

/** Tools written in Python print NaN and Infinity, which JSON lacks; they are read as null. */
const parse = (text: string): Json | undefined => {
  const json = text.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g, part =>
    part[0] === '"' ? part : 'null',
  );
  try {
    return JSON.parse(json) as Json;
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined;
    throw thrown;
  }
};

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);
const first = (value: Json | undefined): Json | undefined => (isList(value) ? first(value[0]) : value);

const at = (value: Json | undefined, path: string): Json | undefined => {
  const here = first(value);
  if (!isJsonObject(here)) return undefined;
  if (Object.hasOwn(here, path)) return first(here[path]);
  const dot = path.indexOf('.');
  return dot < 0 ? undefined : at(here[path.slice(0, dot)], path.slice(dot + 1));
};

/** @param fields declared fields: names, or dotted paths into objects and first elements of lists */
export const shownResult = (content: string, fields: readonly string[]): ShownResult => {
  const parsed = parse(content);
  const value = first(parsed);
  if (parsed === undefined || typeof value === 'string') return { kind: 'error' };
  if (value === undefined || value === null) return { kind: 'none' };
  if (!isJsonObject(value)) return { kind: 'value', text: String(value) };
  const shown = fields.flatMap(name => {
    const field = at(value, name);
    return field === undefined || field === null || field === '' || typeof field === 'object'
      ? []
      : [{ name, text: String(field) }];
  });
  return { kind: 'fields', fields: shown };
};
