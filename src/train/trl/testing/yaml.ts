/** The part of YAML 1.1 that configs are written in, read as PyYAML reads it. */

export type Yaml = null | boolean | number | string | readonly Yaml[] | { readonly [key: string]: Yaml };

/** A mapping of scalars, lists in brackets, and lists of mappings. Anything else is an error. */
export const parseYaml = (text: string): { readonly [key: string]: Yaml } => {
  const top: Record<string, Yaml> = {};
  let list: Record<string, Yaml>[] | undefined;
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const [, indent, dash, key, rest] = /^( *)(- )?([a-z0-9_]+):(?: (.*))?$/.exec(line) ?? [];
    if (key === undefined) throw new Error(`could not parse line ${JSON.stringify(line)}`);
    if (indent === '' && rest === undefined) {
      list = [];
      top[key] = list;
    } else if (indent === '') top[key] = scalar(rest!);
    else if (dash) list!.push({ [key]: scalar(rest!) });
    else list!.at(-1)![key] = scalar(rest!);
  }
  return top;
};

const scalar = (text: string): Yaml => {
  if (text.startsWith('"')) return JSON.parse(text) as string;
  if (text.startsWith('[')) return JSON.parse(text) as Yaml;
  if (text === 'null') return null;
  if (text === 'true' || text === 'false') return text === 'true';
  const isNumber = /^-?\d+$/.test(text) || /^-?\d+\.\d*(e[-+]\d+)?$/i.test(text);
  return isNumber ? Number(text) : text;
};
