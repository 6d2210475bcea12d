import type { ToolCall } from '../../dialogue/message.ts';
import { toolCall } from '../../dialogue/message.ts';
import { joinText } from './pieces.ts';
import type { DialogueSlots } from './slots.ts';
import type { Vocabulary } from './vocabulary.ts';

export interface Decoded {
  readonly text: string | null;
  readonly toolCalls: readonly ToolCall[];
  /** What is wrong with the form of a completion that is neither a speech nor a call; `text` then has its words. */
  readonly malformed?: string;
}

/** Reads one completion of the model: a speech or a tool call. Never throws. */
export const decodeCompletion = (
  completion: ArrayLike<number>,
  dialogue: DialogueSlots,
  vocabulary: Vocabulary,
): Decoded => {
  const tokens = Array.from(completion);
  const word = (token: number): string | undefined =>
    vocabulary.isSpecial(token)
      ? undefined
      : (vocabulary.spelling(token) ?? dialogue.values.find(value => value.token === token)?.text);
  const malformed = (why: string): Decoded => ({
    text: joinText(tokens.flatMap(token => word(token) ?? [])),
    toolCalls: [],
    malformed: why,
  });

  const end = tokens.indexOf(vocabulary.end);
  if (end < 0) return malformed('it does not end');
  if (end < tokens.length - 1) return malformed('it goes on after its end');
  const [head, ...body] = tokens.slice(0, end);
  if (head === vocabulary.say) {
    const words = body.map(word);
    return words.includes(undefined)
      ? malformed('it says something that is no word')
      : { text: joinText(words as string[]), toolCalls: [] };
  }
  if (head !== vocabulary.call) return malformed('it neither says nor calls anything');

  const tool = body.length === 0 ? undefined : vocabulary.toolOf(body[0]!);
  if (tool === undefined) return malformed('it calls something that is no tool');
  const given = new Map<string, string[]>();
  let key: string | undefined;
  for (const token of body.slice(1)) {
    key = vocabulary.keyOf(token) ?? key;
    if (key === undefined) return malformed('it gives a value without a parameter');
    if (vocabulary.keyOf(token) !== undefined) {
      given.set(key, []);
      continue;
    }
    const text = word(token);
    if (text === undefined) return malformed('it gives an argument that is no word');
    given.get(key)!.push(text);
  }
  const values = Object.fromEntries([...given].map(([name, words]) => [name, joinText(words)]));
  return { text: null, toolCalls: [toolCall(`call_${dialogue.calls + 1}`, tool, JSON.stringify(values))] };
};
