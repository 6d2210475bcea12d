/** Completions as OpenAI's clients expect them: in one object, or as a stream of chunks. */
import { randomUUID } from 'node:crypto';
import { addUsage, noUsage } from '../dialogue/turn.ts';
import type { Completion } from '../models/model.ts';
import { wordsOf } from './event-stream.ts';

export interface AnswerHead {
  readonly id: string;
  /** Seconds since 1970. */
  readonly created: number;
  readonly model: string;
}

export const newHead = (model: string): AnswerHead => ({
  id: `chatcmpl-${randomUUID()}`,
  created: Math.floor(Date.now() / 1000),
  model,
});

const finishReasons: Readonly<Record<Completion['finishReason'], string>> = {
  stop: 'stop',
  'tool-calls': 'tool_calls',
  length: 'length',
  'content-filter': 'content_filter',
  other: 'stop',
};

const finishReasonOf = ({ toolCalls, finishReason }: Completion): string =>
  toolCalls.length > 0 && finishReason !== 'length' ? 'tool_calls' : finishReasons[finishReason];

/**
 * Our models tell the probability of a completion as a whole, so it stands as one entry, whose token is the whole text.
 */
export const logprobEntryOf = (completion: Completion): object | undefined => {
  if (completion.logProbability === undefined) return undefined;
  const token = completion.text ?? completion.toolCalls.map(call => call.function.arguments).join('');
  return { token, logprob: completion.logProbability, bytes: [...Buffer.from(token)], top_logprobs: [] };
};

const logprobsOf = (completion: Completion, wanted: boolean): object | null => {
  const entry = wanted ? logprobEntryOf(completion) : undefined;
  return entry ? { content: [entry], refusal: null } : null;
};

const usageOf = (completions: readonly Completion[]): object => {
  const usage = completions.reduce((sum, completion) => addUsage(sum, completion.usage), noUsage);
  return {
    prompt_tokens: usage.inputTokens,
    completion_tokens: usage.outputTokens,
    total_tokens: usage.inputTokens + usage.outputTokens,
    prompt_tokens_details: { cached_tokens: usage.cachedTokens ?? 0 },
  };
};

export const chatCompletion = (
  head: AnswerHead,
  completions: readonly Completion[],
  logProbabilities: boolean,
): object => ({
  ...head,
  object: 'chat.completion',
  choices: completions.map((completion, index) => ({
    index,
    message: {
      role: 'assistant',
      content: completion.text,
      refusal: null,
      ...(completion.toolCalls.length > 0 && { tool_calls: completion.toolCalls }),
    },
    logprobs: logprobsOf(completion, logProbabilities),
    finish_reason: finishReasonOf(completion),
  })),
  usage: usageOf(completions),
});

/**
 * The chunks of a stream. A completion is there as a whole when it is streamed: its text comes word by word and its
 * calls one by one, so that clients see what they would see of any endpoint.
 */
export function* chunks(
  head: AnswerHead,
  completions: readonly Completion[],
  options: { readonly logProbabilities: boolean; readonly includeUsage: boolean },
): Generator<object> {
  const usage = options.includeUsage ? { usage: null } : {};
  const chunk = (index: number, delta: object, more: object = {}): object => ({
    ...head,
    object: 'chat.completion.chunk',
    choices: [{ index, delta, logprobs: null, finish_reason: null, ...more }],
    ...usage,
  });
  for (const [index, completion] of completions.entries()) {
    yield chunk(index, { role: 'assistant', content: completion.text === null ? null : '' });
    const words = wordsOf(completion.text ?? '');
    for (const [i, content] of words.entries()) {
      const logprobs = i === 0 ? logprobsOf(completion, options.logProbabilities) : null;
      yield chunk(index, { content }, { logprobs });
    }
    for (const [at, call] of completion.toolCalls.entries()) {
      yield chunk(index, { tool_calls: [{ index: at, ...call }] });
    }
    yield chunk(index, {}, { finish_reason: finishReasonOf(completion) });
  }
  if (options.includeUsage) {
    yield { ...head, object: 'chat.completion.chunk', choices: [], usage: usageOf(completions) };
  }
}
