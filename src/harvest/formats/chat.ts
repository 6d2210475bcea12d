/** Pieces that several formats write alike. */
import { BadInputError } from '../../base/errors.ts';
import { isRawNumber, parseKeepingNumbers, plainNumbers } from '../../base/json-numbers.ts';
import { isJsonObject, type Json, type JsonObject } from '../../dialogue/json.ts';
import type { Message, ToolCall } from '../../dialogue/message.ts';
import type { Tool } from '../../environments/environment.ts';

interface Arguments {
  readonly plain: JsonObject;
  /** Its numbers keep the form in which the model wrote them (`base/json-numbers.ts`). */
  readonly asWritten: JsonObject;
}

const parsed = new WeakMap<ToolCall, Arguments | undefined>();

/** Parsed once per call. */
const argumentsIn = (call: ToolCall): Arguments | undefined => {
  if (!parsed.has(call)) parsed.set(call, parse(call));
  return parsed.get(call);
};

const parse = (call: ToolCall): Arguments | undefined => {
  try {
    const asWritten = parseKeepingNumbers(call.function.arguments) as Json;
    if (!isJsonObject(asWritten) || isRawNumber(asWritten)) return undefined;
    return { asWritten, plain: plainNumbers(asWritten) as JsonObject };
  } catch {
    return undefined;
  }
};

/** The arguments of a call, or undefined if they are not the text of a JSON object. */
export const argumentsOf = (call: ToolCall): JsonObject | undefined => argumentsIn(call)?.plain;

/**
 * The arguments of a call, to be written: numbers keep their form.
 * @throws BadInputError if they are not the text of a JSON object
 */
export const writableArguments = (call: ToolCall): JsonObject => {
  const found = argumentsIn(call);
  if (found) return found.asWritten;
  throw new BadInputError(
    `call ${call.id} of ${call.function.name}`,
    `arguments are not a JSON object: ${call.function.arguments.slice(0, 80)}`,
    { hint: 'Keep the filter `malformed-calls` on, or leave this example out.' },
  );
};

/** How a format writes the arguments of calls: as an object, as its text, or as the model wrote them, right or wrong. */
export type ArgumentStyle = 'object' | 'string' | 'verbatim';

/**
 * Messages in the OpenAI chat shape. Content is always a string, as templates disagree about null; a message that only
 * calls tools has an empty one. Calls get new ids, in order: nine letters and digits, as Mistral's templates demand,
 * and the same in every rollout.
 *
 * @param before what the messages follow, for the numbers of the ids
 */
export const chatMessages = (
  messages: readonly Message[],
  style: ArgumentStyle,
  before: readonly Message[] = [],
): readonly JsonObject[] => {
  const asked = new Map<string, { readonly id: string; readonly name: string }>();
  let count = 0;
  const written = [...before, ...messages].map(message => {
    if (message.role === 'tool') {
      const call = asked.get(message.tool_call_id) ?? { id: message.tool_call_id, name: '' };
      return { role: 'tool', tool_call_id: call.id, name: call.name, content: message.content };
    }
    if (message.role !== 'assistant') return { role: message.role, content: message.content };
    const calls = (message.tool_calls ?? []).map(call => {
      const id = `call${String(++count).padStart(5, '0')}`;
      asked.set(call.id, { id, name: call.function.name });
      return { id, call };
    });
    return {
      role: 'assistant',
      content: message.content ?? '',
      ...(message.reasoning !== undefined && { reasoning_content: message.reasoning }),
      ...(calls.length > 0 && {
        tool_calls: calls.map(({ id, call }) => ({
          id,
          type: 'function',
          function: { name: call.function.name, arguments: writtenArguments(call, style) },
        })),
      }),
    };
  });
  return written.slice(before.length);
};

const writtenArguments = (call: ToolCall, style: ArgumentStyle): JsonObject | string => {
  if (style === 'verbatim') return call.function.arguments;
  return style === 'object' ? writableArguments(call) : JSON.stringify(writableArguments(call));
};

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

/** The field `tools` of a row. Without tools there is none: some templates take an empty list for tools. */
export const toolsField = (tools: readonly Tool[]): JsonObject =>
  tools.length > 0 ? { tools: functionList(tools) } : {};
