/** Replies of the form `Action:` and a JSON object (tau-bench.md, section 9). */
import { isJsonObject } from '../../dialogue/json.ts';
import { parseWritten, type Written } from '../../dialogue/written-json.ts';
import { RESPOND } from '../protocols/respond.ts';
import { strip } from '../protocols/strip.ts';

/** What a reply wants done. `wrong`: what the model should be told. */
export type Action =
  | { readonly say: string }
  | {
      readonly name: string;
      /** JSON text. */
      readonly arguments: string;
    }
  /** `unsendable`: it is meant for the user, and there is nothing that could be said. */
  | { readonly wrong: string; readonly unsendable?: true };

/** As the published results read a reply: what follows the last `Action:`; what is no JSON is said to the user. */
export const referenceAction = (reply: string): Action => {
  const text = strip(reply.split('Action:').at(-1)!);
  const parsed = parseWritten(text);
  return parsed === undefined ? { say: text } : toAction(parsed);
};

/** Every action of the reply in order; a reply without any is said to the user. */
export const actionsOf = (reply: string): readonly Action[] => {
  const [before, ...texts] = reply.split(/^[ \t]*Action:/m);
  if (texts.length > 0) return texts.map(text => readAction(strip(withoutFence(text))));
  const bare = strip(withoutFence(before!));
  const parsed = bare.startsWith('{') ? parseWritten(bare) : undefined;
  return [parsed === undefined ? { say: bare } : toAction(parsed)];
};

const withoutFence = (text: string): string => text.replaceAll(/^\s*```(?:json)?\s*$/gm, '');

/** The object, without what a model may go on to say behind it. */
const readAction = (text: string): Action => {
  const parsed = parseWritten(text) ?? parseWritten(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1));
  return parsed === undefined ? { wrong: 'what follows Action: is not valid JSON' } : toAction(parsed);
};

const toAction = ({ value, fieldText }: Written): Action => {
  if (!isJsonObject(value)) return { wrong: 'the action is not a JSON object' };
  const { name, arguments: args } = value;
  if (typeof name !== 'string') return { wrong: 'the action has no "name" that is a text' };
  if (!isJsonObject(args)) return { wrong: 'the action has no "arguments" that are an object' };
  if (name !== RESPOND) return { name, arguments: fieldText('arguments') };
  return typeof args.content === 'string'
    ? { say: args.content }
    : { wrong: `${RESPOND} needs "content", a text`, unsendable: true };
};
