/** Our messages and tools in the AI SDK's terms. */
import type {
  JSONSchema7,
  LanguageModelV4FunctionTool,
  LanguageModelV4Message,
  LanguageModelV4Prompt,
  SharedV4ProviderOptions,
} from '@ai-sdk/provider';
import { z } from 'zod';
import type { AssistantMessage, Message, ToolCall } from '../../../dialogue/message.ts';
import type { Tool } from '../../../environments/environment.ts';

export const toTools = (tools: readonly Tool[]): LanguageModelV4FunctionTool[] =>
  tools.map(({ name, description, parameters }) => ({
    type: 'function',
    name,
    description,
    inputSchema: parameters as JSONSchema7,
  }));

/** As the strictest providers take it: system messages first, then the user speaks, no message is empty, arguments are objects. */
export const toPrompt = (messages: readonly Message[]): LanguageModelV4Prompt => {
  const toolNames = new Map<string, string>();
  return inOrder(messages.map(message => toMessage(message, toolNames)));
};

/** Stands where a provider wants words and there are none. */
const NO_WORDS = '(nothing)';

const toMessage = (message: Message, toolNames: Map<string, string>): LanguageModelV4Message => {
  switch (message.role) {
    case 'system':
      return { role: 'system', content: message.content };
    case 'user':
      return { role: 'user', content: [{ type: 'text', text: filled(message.content) }] };
    case 'tool':
      return {
        role: 'tool',
        content: [
          {
            type: 'tool-result',
            toolCallId: message.tool_call_id,
            toolName: toolNames.get(message.tool_call_id) ?? 'unknown',
            output: { type: 'text', value: message.content },
          },
        ],
      };
    case 'assistant': {
      const calls = message.tool_calls ?? [];
      const text = calls.length > 0 ? (message.content ?? '') : filled(message.content ?? '');
      for (const call of calls) toolNames.set(call.id, call.function.name);
      return {
        role: 'assistant',
        content: [
          ...(partsOf(message) ?? (text ? [{ type: 'text' as const, text }] : [])),
          ...calls.map(call => ({
            type: 'tool-call' as const,
            ...optionsOf(call.extra?.providerMetadata),
            toolCallId: call.id,
            toolName: call.function.name,
            input: asObject(call),
          })),
        ],
      };
    }
  }
};

const metadata = z.record(z.string(), z.record(z.string(), z.json()));
const signedPart = z.object({
  type: z.enum(['text', 'reasoning']),
  text: z.string(),
  providerMetadata: metadata.optional(),
});

/** Thoughts and text as the provider gave them, with its signatures (`reasoningOf` in `answer.ts`). */
const partsOf = ({ extra }: AssistantMessage) => {
  const parts = z.array(signedPart).safeParse(extra?.parts);
  return parts.success
    ? parts.data.map(({ type, text, providerMetadata }) => ({ type, text, ...optionsOf(providerMetadata) }))
    : undefined;
};

const optionsOf = (value: unknown): { readonly providerOptions?: SharedV4ProviderOptions } => {
  const parsed = metadata.safeParse(value);
  return parsed.success ? { providerOptions: parsed.data as SharedV4ProviderOptions } : {};
};

const filled = (text: string): string => (text.trim() ? text : NO_WORDS);

/** A call whose arguments are no object is shown as what it was. */
const asObject = (call: ToolCall): object => {
  try {
    const parsed: unknown = JSON.parse(call.function.arguments);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed;
  } catch {
    // Not JSON: shown as text below.
  }
  return { malformed_arguments: call.function.arguments };
};

/** System messages that come late, or alone, are said by the user; the user speaks first. */
const inOrder = (prompt: LanguageModelV4Prompt): LanguageModelV4Prompt => {
  const lead = prompt.findIndex(message => message.role !== 'system');
  const system = lead === -1 ? prompt.slice(0, -1) : prompt.slice(0, lead);
  const rest = (lead === -1 ? prompt.slice(-1) : prompt.slice(lead)).map(message =>
    message.role === 'system' ? said(message.content) : message,
  );
  return [...system, ...(rest[0]?.role === 'user' ? [] : [said('(start)')]), ...rest];
};

const said = (text: string): LanguageModelV4Message => ({ role: 'user', content: [{ type: 'text', text }] });
