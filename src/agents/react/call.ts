import { isJsonObject, type Json } from '../../dialogue/json.ts';
import { parseWritten } from '../../dialogue/written-json.ts';

/** An APICALL's text, read. `wrong`: what the model should be told. */
export type ReadCall =
  | { readonly name: Json /** JSON text. */; readonly parameters: string }
  | { readonly wrong: string };

/** The longest `{…}` of the text, with its `name` and `parameters`. */
export const readCall = (text: string): ReadCall => {
  const from = text.indexOf('{');
  const to = text.lastIndexOf('}');
  if (from === -1 || to < from) return { wrong: 'there is no {...} after APICALL' };
  const parsed = parseWritten(text.slice(from, to + 1));
  if (!parsed || !isJsonObject(parsed.value)) return { wrong: 'what follows APICALL is not valid JSON' };
  const { name, parameters } = parsed.value;
  if (name === undefined) return { wrong: 'the call has no "name"' };
  if (parameters === undefined) return { wrong: 'the call has no "parameters"' };
  return { name, parameters: parsed.fieldText('parameters') };
};
