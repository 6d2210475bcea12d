import type { Json } from '../../dialogue/json.ts';
import { isJsonObject } from '../../dialogue/json.ts';
import type { AssistantMessage, Message, ToolCall, ToolMessage } from '../../dialogue/message.ts';
import type { Tool } from '../../environments/environment.ts';
import { BadArgumentsError, UnknownToolError } from './codec-errors.ts';
import { plainText, splitText } from './pieces.ts';
import { shownResult } from './results.ts';
import { sentenceTokens, valueToken } from './sentence.ts';
import type { SlotTable } from './slots.ts';
import type { CodecSpec, Vocabulary } from './vocabulary.ts';

/** What reading a message needs to know of the messages before it. Immutable. */
export interface Stand {
  readonly table: SlotTable;
  /** Tool calls so far. */
  readonly calls: number;
  /** The latest assistant message's calls, which results refer to. */
  readonly open: readonly ToolCall[];
}

/** Tool name → fields of its results that are shown, with their key tokens. */
export type ShownFields = ReadonlyMap<string, ReadonlyMap<string, number>>;

const keyToken = (tool: string, name: string, role: string, vocabulary: Vocabulary): number => {
  const token = vocabulary.key(name) ?? vocabulary.key(name.slice(name.lastIndexOf('.') + 1));
  if (token === undefined) throw new UnknownToolError(tool, `the ${role} ${JSON.stringify(name)}`);
  return token;
};

/** @throws UnknownToolError for a tool or a declared field that the vocabulary lacks */
export const shownFields = (spec: CodecSpec, vocabulary: Vocabulary, tools: readonly Tool[]): ShownFields => {
  const declared = new Map(Object.entries(spec.resultFields));
  for (const tool of tools) if (tool.resultFields) declared.set(tool.name, tool.resultFields);
  for (const name of [...declared.keys(), ...tools.map(tool => tool.name)])
    if (vocabulary.tool(name) === undefined) throw new UnknownToolError(name);
  return new Map(
    [...declared].map(([tool, fields]) => [
      tool,
      new Map(fields.map(field => [field, keyToken(tool, field, 'result field', vocabulary)])),
    ]),
  );
};

const argumentsOf = (call: ToolCall): readonly (readonly [string, Json])[] => {
  let parsed: Json = null;
  try {
    parsed = JSON.parse(call.function.arguments) as Json;
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError)) throw thrown;
  }
  if (!isJsonObject(parsed)) throw new BadArgumentsError(call.function.name, call.function.arguments);
  return Object.entries(parsed);
};

/**
 * The tokens that a message adds, and where the dialogue stands after it. System messages add none.
 *
 * @throws UnknownToolError, BadArgumentsError, TooManyUnknownWordsError
 */
export const messageTokens = (
  message: Message,
  before: Stand,
  vocabulary: Vocabulary,
  fields: ShownFields,
): { readonly tokens: readonly number[]; readonly stand: Stand } => {
  const { user, say, call, result, end, none, error } = vocabulary;
  const table = before.table.fork();
  const sentence = (text: string): readonly number[] => {
    const plain = plainText(text);
    return sentenceTokens(plain, splitText(plain), vocabulary, table);
  };
  const value = (given: Json): readonly number[] => {
    const plain = plainText(typeof given === 'string' ? given : JSON.stringify(given));
    const token = valueToken(plain, splitText(plain), vocabulary, table);
    return token === undefined ? [] : [token];
  };
  const callTokens = (made: ToolCall): readonly number[] => {
    const { name } = made.function;
    const tool = vocabulary.tool(name);
    if (tool === undefined) throw new UnknownToolError(name);
    const given = argumentsOf(made).flatMap(([key, content]) => [
      keyToken(name, key, 'parameter', vocabulary),
      ...value(content),
    ]);
    return [call, tool, ...given, end];
  };
  const assistantTokens = ({ content, tool_calls }: AssistantMessage): readonly number[] => {
    const calls = tool_calls ?? [];
    const speech = content || calls.length === 0 ? [say, ...sentence(content ?? ''), end] : [];
    return [...speech, ...calls.flatMap(callTokens)];
  };
  const resultTokens = ({ tool_call_id, content }: ToolMessage): readonly number[] => {
    const asked = before.open.find(made => made.id === tool_call_id) ?? before.open.at(-1);
    const keys = fields.get(asked?.function.name ?? '') ?? new Map<string, number>();
    const shown = shownResult(content, [...keys.keys()]);
    if (shown.kind === 'error') return [result, error, end];
    if (shown.kind === 'none') return [result, none, end];
    if (shown.kind === 'value') return [result, ...value(shown.text), end];
    return [result, ...shown.fields.flatMap(({ name, text }) => [keys.get(name)!, ...value(text)]), end];
  };

  switch (message.role) {
    case 'system':
      return { tokens: [], stand: before };
    case 'user':
      return { tokens: [user, ...sentence(message.content), end], stand: { ...before, table } };
    case 'assistant': {
      const open = message.tool_calls ?? [];
      return { tokens: assistantTokens(message), stand: { table, calls: before.calls + open.length, open } };
    }
    case 'tool':
      return { tokens: resultTokens(message), stand: { ...before, table } };
  }
};
