/** Our messages and tools in the AI SDK's terms. */
import type {
  JSONSchema7,
  LanguageModelV4FunctionTool,
  LanguageModelV4Message,
  LanguageModelV4Prompt,
} from '@ai-sdk/provider';
import type { Message, ToolCall } from '../../dialogue/message.ts';
import type { Tool } from '../../environments/environment.ts';

/**
 * What a provider takes: `openai`: system messages anywhere, arguments as text. `strict` (Anthropic, Google): system
 * messages first, then the user speaks, no message is empty, arguments are objects.
 */
export type PromptStyle = 'openai' | 'strict';

export const toTools = (tools: readonly Tool[]): LanguageModelV4FunctionTool[] =>
  tools.map(({ name, description, parameters }) => ({
    type: 'function',
    name,
    description,
    inputSchema: parameters as JSONSchema7,
  }));

export const toPrompt = (messages: readonly Message[], style: PromptStyle): LanguageModelV4Prompt => {
  const toolNames = new Map<string, string>();
  const prompt = messages.map(message => toMessage(message, style, toolNames));
  return style === 'openai' ? prompt : inOrder(prompt);
};

/** Stands where a provider wants words and there are none. */
const NO_WORDS = '(nothing)';

const toMessage = (
  message: Message,
  style: PromptStyle,
  toolNames: Map<string, string>,
): LanguageModelV4Message => {
  switch (message.role) {
    case 'system':
      return { role: 'system', content: message.content };
    case 'user':
      return { role: 'user', content: [{ type: 'text', text: filled(message.content, style) }] };
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
      const text = calls.length > 0 ? (message.content ?? '') : filled(message.content ?? '', style);
      for (const call of calls) toolNames.set(call.id, call.function.name);
      return {
        role: 'assistant',
        content: [
          ...(text ? [{ type: 'text' as const, text }] : []),
          ...calls.map(call => ({
            type: 'tool-call' as const,
            toolCallId: call.id,
            toolName: call.function.name,
            input: style === 'openai' ? call.function.arguments : asObject(call),
          })),
        ],
      };
    }
  }
};

const filled = (text: string, style: PromptStyle): string =>
  style === 'strict' && !text.trim() ? NO_WORDS : text;

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
