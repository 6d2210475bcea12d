import type { Json } from './json.ts';
import type { Message } from './message.ts';

/** One executed tool call: what was asked, what the model saw, and what it returned. */
export interface CallRecord {
  readonly name: string;
  /** The parsed arguments, raw: before any normalisation by the environment. */
  readonly arguments: Json;
  /** The text that the model sees as the tool's result. */
  readonly output: string;
  /** The structured result that rewards are judged by (ToolWOZ: the served record, or null for none). */
  readonly returned: Json;
}

/** Tokens that a request to a model took. */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Input tokens that the model did not have to read again (KV cache, provider's prompt cache). */
  readonly cachedTokens?: number;
  /** Output tokens that the model thought with, where the endpoint tells. */
  readonly reasoningTokens?: number;
}

export const noUsage: Usage = { inputTokens: 0, outputTokens: 0 };
export const addUsage = (a: Usage, b: Usage): Usage => ({
  inputTokens: a.inputTokens + b.inputTokens,
  outputTokens: a.outputTokens + b.outputTokens,
  cachedTokens: (a.cachedTokens ?? 0) + (b.cachedTokens ?? 0),
  ...((a.reasoningTokens || b.reasoningTokens) && {
    reasoningTokens: (a.reasoningTokens ?? 0) + (b.reasoningTokens ?? 0),
  }),
});

/**
 * Why a line of conversation ended. `context-length` and `content-filter`: the endpoint refused this very conversation,
 * and may well answer others. Lines that ended in one of the last six say nothing about the agent and
 * never become negative examples (see `isFault`).
 */
export type Cause =
  | 'goal'
  | 'user-ended'
  | 'environment-ended'
  | 'turn-limit'
  | 'agent-error'
  | 'superseded'
  | 'user-fault'
  | 'environment-fault'
  | 'infrastructure-fault'
  | 'context-length'
  | 'content-filter'
  | 'budget';

const faults: ReadonlySet<Cause | undefined> = new Set<Cause>([
  'user-fault',
  'environment-fault',
  'infrastructure-fault',
  'context-length',
  'content-filter',
  'budget',
]);

export const isFault = (cause: Cause | undefined): boolean => faults.has(cause);

/** What one turn of the agent or the user added to a conversation. */
export interface Turn {
  readonly speaker: 'agent' | 'user';
  /** Added to the visible conversation (what user and agent said to each other). */
  readonly visible: readonly Message[];
  /** Added to what the agent's model sees (the visible turn, and calls with their results). */
  readonly internal: readonly Message[];
  readonly calls: readonly CallRecord[];
  readonly usage: Usage;
  /** Present if the turn failed: what happened, for the report. */
  readonly error?: string;
}
