import type { JsonObject } from './json.ts';

/**
 * Messages in the OpenAI chat shape, as plain readonly data: what is stored, sent to a model and exported is
 * one and the same object.
 */

export interface ToolCall {
  readonly id: string;
  readonly type: 'function';
  /** `arguments` is the JSON text exactly as the model wrote it; environments parse it at their edge. */
  readonly function: { readonly name: string; readonly arguments: string };
  /** What else the endpoint put on the call: goes back to it untouched, and to nobody else. */
  readonly extra?: JsonObject;
}

export interface SystemMessage {
  readonly role: 'system';
  readonly content: string;
}
export interface UserMessage {
  readonly role: 'user';
  readonly content: string;
}
export interface AssistantMessage {
  readonly role: 'assistant';
  readonly content?: string | null;
  readonly tool_calls?: readonly ToolCall[];
  /** What the model thought: goes back to it where its protocol wants that, and is said to nobody. */
  readonly reasoning?: string;
  /** What else the endpoint put on the message: goes back to it untouched, and to nobody else. */
  readonly extra?: JsonObject;
}
export interface ToolMessage {
  readonly role: 'tool';
  readonly tool_call_id: string;
  readonly content: string;
}
/** A message of a conversation, in the shape of OpenAI’s chat API. */
export type Message = SystemMessage | UserMessage | AssistantMessage | ToolMessage;

/** @example toolCall('c1', 'search_hotel', '{"area": "north"}') */
export const toolCall = (id: string, name: string, args: string): ToolCall => ({
  id,
  type: 'function',
  function: { name, arguments: args },
});
