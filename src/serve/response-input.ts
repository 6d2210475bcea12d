/** The items of a conversation in OpenAI's Responses API, and the messages that they are. */
import { z } from 'zod';
import { type AssistantMessage, type Message, toolCall } from '../dialogue/message.ts';
import { Problem } from '../http/problem.ts';

const part = z
  .discriminatedUnion(
    'type',
    [
      z.object({ type: z.enum(['input_text', 'output_text', 'text']), text: z.string() }),
      z.object({ type: z.literal('refusal'), refusal: z.string() }),
    ],
    'only text can be read',
  )
  .transform(value => ('text' in value ? value.text : value.refusal));
const text = z
  .preprocess(value => (typeof value === 'string' ? [{ type: 'text', text: value }] : value), z.array(part))
  .transform(parts => parts.join(''));

const typed = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('message'),
    role: z.enum(['user', 'assistant', 'system', 'developer']),
    content: text,
  }),
  z.object({
    type: z.literal('function_call'),
    call_id: z.string(),
    name: z.string(),
    arguments: z.string(),
  }),
  z.object({ type: z.literal('function_call_output'), call_id: z.string(), output: text }),
  // Thoughts of an earlier turn: read past, as no model of ours is told them again.
  z.object({ type: z.literal('reasoning') }),
  z.object({ type: z.literal('item_reference'), id: z.string() }),
]);
export type InputItem = Exclude<z.infer<typeof typed>, { type: 'item_reference' }>;

/** Clients may leave out the type of a message, and of a reference to an item. */
const item = z.preprocess(value => {
  if (typeof value !== 'object' || value === null || 'type' in value) return value;
  return { type: 'role' in value ? 'message' : 'item_reference', ...value };
}, typed);

/** A text alone is the user's. */
export const inputSchema = z.preprocess(
  value => (typeof value === 'string' ? [{ type: 'message', role: 'user', content: value }] : value),
  z.array(item).min(1),
);

/** Items as messages: calls belong to the assistant's message before them, if nothing came between. */
export const conversationOf = (items: readonly InputItem[]): readonly Message[] => {
  const messages: Message[] = [];
  for (const each of items) {
    switch (each.type) {
      case 'message':
        messages.push({ role: each.role === 'developer' ? 'system' : each.role, content: each.content });
        break;
      case 'function_call': {
        const last = messages.at(-1);
        const speaker: AssistantMessage =
          last?.role === 'assistant' ? last : { role: 'assistant', content: null };
        const call = toolCall(each.call_id, each.name, each.arguments);
        if (last === speaker) messages.pop();
        messages.push({ ...speaker, tool_calls: [...(speaker.tool_calls ?? []), call] });
        break;
      }
      case 'function_call_output':
        messages.push({ role: 'tool', tool_call_id: each.call_id, content: each.output });
        break;
      case 'reasoning':
        break;
    }
  }
  if (messages.length > 0) return messages;
  throw new Problem(400, 'input: it holds no message', { param: 'input' });
};
