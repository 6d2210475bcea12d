/**
 * The name of a request: equal requests have equal keys, in every process and run. Messages and tool lists are
 * digested once and remembered, since the same objects come again with every turn of a conversation and every fork.
 */
import { hash as digest } from 'node:crypto';
import type { Message } from '../../dialogue/message.ts';
import type { Tool } from '../../environments/environment.ts';
import { type SampleRequest, seedsOf } from './samples.ts';

interface Measured {
  readonly digest: string;
  /** UTF-8 bytes of its JSON. */
  readonly bytes: number;
}

const messages = new WeakMap<Message, Measured>();
/** One request is named several times on its way through the layers. */
const conversations = new WeakMap<readonly Message[], string>();
const toolLists = new WeakMap<readonly Tool[], Measured>();
/** System prompts are few and long, and their messages are made anew for each request. */
const systemPrompts = new Map<string, Measured>();
const MOST_SYSTEM_PROMPTS = 256;

const measure = (text: string): Measured => ({
  digest: digest('sha256', text),
  bytes: Buffer.byteLength(text),
});

/** The same whatever the order of a message's fields, or whether an empty one is absent or null. */
const canonical = (message: Message): string => {
  const calls = message.role === 'assistant' ? (message.tool_calls ?? []) : [];
  return JSON.stringify([
    message.role,
    message.content ?? null,
    ...(message.role === 'tool' ? [message.tool_call_id] : []),
    ...calls.map(call => [
      call.id,
      call.function.name,
      call.function.arguments,
      ...(call.extra ? [call.extra] : []),
    ]),
    ...(message.role === 'assistant' && message.reasoning ? [message.reasoning] : []),
    ...(message.role === 'assistant' && message.extra ? [message.extra] : []),
  ]);
};

const measureSystem = (message: Message, prompt: string): Measured => {
  let known = systemPrompts.get(prompt);
  if (!known) {
    known = measure(canonical(message));
    if (systemPrompts.size >= MOST_SYSTEM_PROMPTS) systemPrompts.clear();
    systemPrompts.set(prompt, known);
  }
  return known;
};

const measureMessage = (message: Message): Measured => {
  if (message.role === 'system') return measureSystem(message, message.content);
  let known = messages.get(message);
  if (!known) {
    known = measure(canonical(message));
    messages.set(message, known);
  }
  return known;
};

const measureTools = (tools: readonly Tool[]): Measured => {
  let known = toolLists.get(tools);
  if (!known) {
    known = measure(JSON.stringify(tools));
    toolLists.set(tools, known);
  }
  return known;
};

const digestOf = (conversation: readonly Message[]): string => {
  let known = conversations.get(conversation);
  if (!known) {
    known = digest('sha256', conversation.map(message => measureMessage(message).digest).join(''));
    conversations.set(conversation, known);
  }
  return known;
};

/** What a request asks, seeds and number of samples apart (SHA-256, hex). */
export const contentKey = (model: string, request: SampleRequest): string =>
  digest(
    'sha256',
    JSON.stringify([
      model,
      request.temperature,
      request.maxTokens,
      measureTools(request.tools).digest,
      digestOf(request.messages),
      ...(request.trial ? [request.trial] : []),
    ]),
  );

/** A request's whole name, seeds included (SHA-256, hex). */
export const requestKey = (model: string, request: SampleRequest): string =>
  digest('sha256', `${contentKey(model, request)} ${seedsOf(request).join(' ')}`);

/** Tokens that a chat template or a provider's tool preamble may add to what we send. */
const PREAMBLE = 1024;
/** Role markers and separators around one message. */
const PER_MESSAGE = 16;

/**
 * No tokenizer makes more tokens of a prompt than this: every token stands for at least one byte of it, or belongs
 * to the template around it.
 */
export const mostInputTokens = (request: SampleRequest): number =>
  request.messages.reduce(
    (sum, message) => sum + measureMessage(message).bytes + PER_MESSAGE,
    PREAMBLE + measureTools(request.tools).bytes,
  );
