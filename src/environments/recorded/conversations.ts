/** Recorded conversations in the shape of OpenAI's chat API: one JSON object per line, or a JSON list. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { BadInputError, messageOf } from '../../base/errors.ts';
import { validated } from '../../base/zod-issue.ts';
import type { Json } from '../../dialogue/json.ts';

/** What somebody said, or a call with what came of it, in the order of the conversation. */
export type Event =
  | { readonly kind: 'user' | 'agent'; readonly text: string }
  | {
      readonly kind: 'call';
      readonly tool: string;
      readonly arguments: Json;
      /** What the tool answered; undefined if the recording ends before. */
      readonly result: string | undefined;
    };

export interface Recorded {
  readonly id: string;
  /** File and line, or place in the list. */
  readonly where: string;
  readonly events: readonly Event[];
}

const part = z.looseObject({ type: z.string(), text: z.string().optional() });
const content = z.union([z.string(), z.array(part), z.null()]).optional();
const call = z.looseObject({
  id: z.string(),
  function: z.looseObject({ name: z.string().min(1), arguments: z.string() }),
});
const message = z.discriminatedUnion('role', [
  z.looseObject({ role: z.literal('system'), content }),
  z.looseObject({ role: z.literal('developer'), content }),
  z.looseObject({ role: z.literal('user'), content }),
  z.looseObject({ role: z.literal('assistant'), content, tool_calls: z.array(call).nullish() }),
  z.looseObject({ role: z.literal('tool'), tool_call_id: z.string(), content }),
]);
const messages = z.array(message).min(1);
const conversation = z.looseObject({ id: z.union([z.string(), z.number()]).optional(), messages });

/** @throws BadInputError naming file, line and field */
export const readConversations = (file: string): readonly Recorded[] => {
  const seen = new Map<string, string>();
  return rowsOf(file).map(({ where, value }, i) => {
    const given = Array.isArray(value) ? { messages: value } : value;
    const read = validated(conversation, given, where, {
      hint: 'a conversation is { "messages": [ … ] } as OpenAI’s chat API has them',
    });
    const id = read.id === undefined ? `conversation-${i + 1}` : String(read.id);
    const before = seen.get(id);
    if (before !== undefined)
      throw new BadInputError(`${where}, field id`, `${JSON.stringify(id)} is the id of ${before}, too`);
    seen.set(id, where);
    return { id, where, events: eventsOf(read.messages, where) };
  });
};

const rowsOf = (file: string): readonly { readonly where: string; readonly value: unknown }[] => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch (cause) {
    throw new BadInputError(file, `cannot be read: ${messageOf(cause)}`, { cause });
  }
  if (/^\s*\[\s*\{/.test(text) && isJson(text)) {
    const list = JSON.parse(text) as readonly object[];
    // One conversation may stand alone, as the list of its messages.
    if (list.every(one => 'role' in one)) return [{ where: file, value: list }];
    return list.map((value, i) => ({ where: `${file}, conversation ${i + 1}`, value }));
  }
  const rows = text.split(/\r?\n/).flatMap((line, i) => {
    if (line.trim() === '') return [];
    const where = `${file}, line ${i + 1}`;
    try {
      return [{ where, value: JSON.parse(line) as unknown }];
    } catch (cause) {
      throw new BadInputError(where, `is not JSON: ${messageOf(cause)}`, { cause });
    }
  });
  if (rows.length === 0) throw new BadInputError(file, 'there is no conversation in it');
  return rows;
};

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** @throws BadInputError for a result that belongs to no call, or two of one, or arguments that are not JSON */
const eventsOf = (all: z.output<typeof messages>, where: string): readonly Event[] => {
  const events: Event[] = [];
  const open = new Map<string, number>();
  all.forEach((said, i) => {
    const at = `${where}, field messages[${i}]`;
    if (said.role === 'tool') {
      const place = open.get(said.tool_call_id);
      const called = place === undefined ? undefined : events[place];
      if (place === undefined || called?.kind !== 'call')
        throw new BadInputError(
          `${at}.tool_call_id`,
          `no call before it that waits for a result has the id ${JSON.stringify(said.tool_call_id)}`,
        );
      open.delete(said.tool_call_id);
      events[place] = { ...called, result: textOf(said.content) };
      return;
    }
    const text = textOf(said.content);
    if (text !== '' && said.role === 'user') events.push({ kind: 'user', text });
    if (said.role !== 'assistant') return;
    if (text !== '') events.push({ kind: 'agent', text });
    said.tool_calls?.forEach(({ id, function: { name, arguments: input } }, n) => {
      const field = `${at}.tool_calls[${n}]`;
      if (open.has(id)) throw new BadInputError(`${field}.id`, `another call waits under the id ${id}`);
      open.set(id, events.length);
      events.push({ kind: 'call', tool: name, arguments: parsed(input, field), result: undefined });
    });
  });
  return events;
};

const parsed = (text: string, field: string): Json => {
  try {
    return JSON.parse(text === '' ? '{}' : text) as Json;
  } catch (cause) {
    throw new BadInputError(`${field}.function.arguments`, `is not JSON: ${messageOf(cause)}`, { cause });
  }
};

const textOf = (given: z.output<typeof content>): string => {
  if (typeof given === 'string') return given.trim();
  return (given ?? [])
    .flatMap(({ type, text }) => (type === 'text' && text !== undefined ? [text] : []))
    .join('\n')
    .trim();
};
