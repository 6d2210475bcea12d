/**
 * The conversations of a tree, read once: what the model had seen at the end of each node, with a number for every
 * prefix. Equal prefixes have equal numbers, so that "the same prompt" is one comparison of integers.
 */
import { parseKeepingNumbers } from '../base/json-numbers.ts';
import type { Message } from '../dialogue/message.ts';
import type { Turn } from '../dialogue/turn.ts';
import type { JoshNode, JoshTree } from '../search/josh/tree.ts';

export interface Transcript {
  /** From the start of the conversation, system prompt apart. */
  readonly messages: readonly Message[];
  /** In whose turn each message stands: a user message in the agent's is the result of a call, as ReAct and ACT read them. */
  readonly speakers: readonly Turn['speaker'][];
  /** `prefixes[i]` is the number of everything before message `i`; one more entry than messages. */
  readonly prefixes: readonly number[];
  /** The same, reasoning apart: what was said and called. */
  readonly spoken: readonly number[];
}

export interface NodeTranscript extends Transcript {
  readonly node: JoshNode;
  /** Index of the first message that the node itself added. */
  readonly own: number;
}

/**
 * The transcript at the end of every node, by path.
 * @param withReasoning prompts that differ in their reasoning alone are different ones
 */
export const transcripts = (
  tree: JoshTree,
  { withReasoning = false }: { readonly withReasoning?: boolean } = {},
): ReadonlyMap<string, NodeTranscript> => {
  const [numberOf, spokenNumber] = [numbering(), numbering()];
  const byPath = new Map<string, NodeTranscript>();
  for (const node of tree.nodes) {
    const parent = node.parent === null ? undefined : byPath.get(node.parent);
    if (node.parent !== null && !parent)
      throw new Error(`node ${JSON.stringify(node.path)} of ${tree.task} stands before its parent`);
    const messages = [...(parent?.messages ?? [])];
    const speakers = [...(parent?.speakers ?? [])];
    const spoken = [...(parent?.spoken ?? [0])];
    const prefixes = withReasoning ? [...(parent?.prefixes ?? [0])] : spoken;
    for (const { speaker, internal } of node.turns)
      for (const message of internal) {
        const key = messageKey(message, messages);
        if (withReasoning) prefixes.push(numberOf(prefixes.at(-1)!, `${key} ${reasoningOf(message)}`));
        spoken.push(spokenNumber(spoken.at(-1)!, key));
        messages.push(message);
        speakers.push(speaker);
      }
    byPath.set(node.path, { node, own: parent?.messages.length ?? 0, messages, speakers, prefixes, spoken });
  }
  return byPath;
};

/** Whether a message is what the user said, and not the result of a call that stands in the agent's turn. */
export const isUserSpeech = ({ messages, speakers }: Transcript, i: number): boolean =>
  speakers[i] === 'user' && messages[i]!.role === 'user';

/** The first `length` messages. */
export const firstOf = (
  { messages, speakers, prefixes, spoken }: Transcript,
  length: number,
): Transcript => ({
  messages: messages.slice(0, length),
  speakers: speakers.slice(0, length),
  prefixes: prefixes.slice(0, length + 1),
  spoken: spoken.slice(0, length + 1),
});

/** Without the user messages at its end; of user messages alone, the first stays (josh.md, section 2.3). */
export const trimmed = (transcript: Transcript): Transcript => {
  const { messages } = transcript;
  const last = messages.findLastIndex(message => message.role !== 'user');
  return last === messages.length - 1 ? transcript : firstOf(transcript, Math.max(last, 0) + 1);
};

/**
 * What makes two messages the same. The ids of calls do not count, as no model decides on them: a call is known by
 * its place in its message. Arguments that differ in blanks alone are equal.
 */
export const messageKey = (message: Message, before: readonly Message[]): string => {
  if (message.role === 'tool') {
    const asked = before.findLast(m => m.role === 'assistant' && m.tool_calls !== undefined);
    const calls = asked?.role === 'assistant' ? (asked.tool_calls ?? []) : [];
    const place = calls.findIndex(call => call.id === message.tool_call_id);
    return `tool ${place} ${message.content}`;
  }
  if (message.role !== 'assistant') return `${message.role} ${message.content}`;
  const calls = (message.tool_calls ?? []).map(call => [
    call.function.name,
    compact(call.function.arguments),
  ]);
  return `assistant ${JSON.stringify([message.content ?? '', calls])}`;
};

const reasoningOf = (message: Message): string =>
  message.role === 'assistant' ? JSON.stringify(message.reasoning ?? null) : '';

const compact = (json: string): string => {
  try {
    return JSON.stringify(parseKeepingNumbers(json));
  } catch {
    return json;
  }
};

/** Numbers prefixes: a prefix is the one before it and one message more. The empty prefix is 0. */
const numbering = () => {
  const known = new Map<string, number>();
  return (prefix: number, key: string): number => {
    const name = `${prefix} ${key}`;
    const number = known.get(name) ?? known.size + 1;
    known.set(name, number);
    return number;
  };
};
