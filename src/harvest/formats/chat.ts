/** Pieces that several formats write alike. */
import { BadInputError } from '../../base/errors.ts';
import { isJsonObject, type Json, type JsonObject } from '../../dialogue/json.ts';
import type { Message, ToolCall } from '../../dialogue/message.ts';
import type { Tool } from '../../environments/environment.ts';

/** The arguments of a call, or undefined if they are not the text of a JSON object. */
export const argumentsOf = (call: ToolCall): JsonObject | undefined => {
  try {
    const parsed = JSON.parse(call.function.arguments) as Json;
    return isJsonObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
};

/** @throws BadInputError if the arguments are not the text of a JSON object */
export const requireArguments = (call: ToolCall): JsonObject => {
  const parsed = argumentsOf(call);
  if (parsed) return parsed;
  throw new BadInputError(
    `call ${call.id} of ${call.function.name}`,
    `arguments are not a JSON object: ${call.function.arguments.slice(0, 80)}`,
    { hint: 'Keep the filter `malformed-calls` on, or leave this example out.' },
  );
};

/** How a format writes the arguments of calls. */
export type ArgumentStyle = 'object' | 'string';

/**
 * A message in the OpenAI chat shape. Content is always a string, as templates disagree about null; a message that
 * only calls tools has an empty one.
 */
export const chatMessage = (message: Message, style: ArgumentStyle): JsonObject => {
  if (message.role === 'tool')
    return { role: 'tool', tool_call_id: message.tool_call_id, content: message.content };
  if (message.role !== 'assistant') return { role: message.role, content: message.content };
  return {
    role: 'assistant',
    content: message.content ?? '',
    ...(message.tool_calls?.length && {
      tool_calls: message.tool_calls.map(call => ({
        id: call.id,
        type: 'function',
        function: {
          name: call.function.name,
          arguments: style === 'object' ? requireArguments(call) : JSON.stringify(requireArguments(call)),
        },
      })),
    }),
  };
};

export const chatMessages = (messages: readonly Message[], style: ArgumentStyle): readonly JsonObject[] =>
  messages.map(message => chatMessage(message, style));

const functionLists = new WeakMap<readonly Tool[], readonly JsonObject[]>();

/** Tools as an OpenAI function list. */
export const functionList = (tools: readonly Tool[]): readonly JsonObject[] => {
  const known = functionLists.get(tools);
  if (known) return known;
  const list = tools.map(({ name, description, parameters }) => ({
    type: 'function',
    function: { name, description, parameters },
  }));
  functionLists.set(tools, list);
  return list;
};
