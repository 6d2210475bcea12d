import type { JsonObject } from '../dialogue/json.ts';
import type { Message, ToolCall } from '../dialogue/message.ts';
import type { Usage } from '../dialogue/turn.ts';
import type { Tool } from '../environments/environment.ts';

/** What a model is asked: the conversation so far, and how to go on with it. */
export interface GenerateRequest {
  readonly messages: readonly Message[];
  readonly tools: readonly Tool[];
  /** 0 is greedy. */
  readonly temperature: number;
  readonly maxTokens: number;
  /** Sampling seed; the same request with the same seed gives the same completions where the model can promise it. */
  readonly seed: number;
  /** How many completions to sample (default 1). Completion `i` depends on the seed and `i` alone. */
  readonly n?: number;
  /** Which of several trials of the same task asks (default 0). Trials share no answers. */
  readonly trial?: number;
  /** Whether a completion is of use to who asks; one that is not is kept in no cache, and served from none. */
  readonly usable?: (completion: Completion) => boolean;
}

/** One answer of a model: text, tool calls, or both. */
export interface Completion {
  /** What is said to the user; null if the model only calls tools. */
  readonly text: string | null;
  readonly toolCalls: readonly ToolCall[];
  readonly usage: Usage;
  /** What the model thought before it answered, where it shows that. Never said to the user. */
  readonly reasoning?: string;
  /** What else the endpoint put on the message, to go back to it untouched. */
  readonly extra?: JsonObject;
  readonly finishReason: 'stop' | 'tool-calls' | 'length' | 'content-filter' | 'other';
  /** Sum of the natural-log probabilities of the completion's tokens, where the model offers it. */
  readonly logProbability?: number;
}

/**
 * Anything that continues a conversation: the embedded transformer, any LLM, or a wrapper around one.
 *
 * @example
 * const [reply] = await model.generate({ messages, tools, temperature: 1, maxTokens: 64, seed: 7 });
 */
export interface Model {
  /** For example `embedded:base` or `openai:gpt-…`. */
  readonly id: string;
  /** @throws ModelError */
  generate(request: GenerateRequest, signal?: AbortSignal): Promise<readonly Completion[]>;
}

/** A model that could not answer. `fault` says whose doing it was; only `agent` counts against the agent. */
export class ModelError extends Error {
  override readonly name = 'ModelError';
  readonly fault: 'agent' | 'infrastructure' | 'budget';

  constructor(fault: 'agent' | 'infrastructure' | 'budget', message: string, options?: ErrorOptions) {
    super(message, options);
    this.fault = fault;
  }
}
