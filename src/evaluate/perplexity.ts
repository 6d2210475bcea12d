/** How well a model foresees conversations that went without an error: what it knows, apart from what it samples. */
import type { AssistantMessage, Message } from '../dialogue/message.ts';
import type { Tool } from '../environments/environment.ts';
import type { EmbeddedModel } from '../models/embedded/model.ts';
import { ModelError } from '../models/model.ts';
import { type BootstrapOptions, type Pair, pairedBootstrap } from './bootstrap.ts';
import type { Estimate } from './statistics.ts';

export interface ScoredDialogue {
  readonly id: string;
  readonly messages: readonly Message[];
  readonly tools: readonly Tool[];
}

/** What the assistant's messages of one dialogue cost. */
export interface Surprise {
  readonly id: string;
  readonly tokens: number;
  /** Sum of the negative natural logarithms of the tokens' probabilities. */
  readonly nats: number;
  /** Messages that do not fit the model. */
  readonly leftOut: number;
}

/** @throws ModelError if the model does not know a tool */
export const surprises = async (
  model: EmbeddedModel,
  dialogues: readonly ScoredDialogue[],
  onProgress: (done: number) => void = () => undefined,
): Promise<readonly Surprise[]> => {
  const all: Surprise[] = [];
  for (const { id, messages, tools } of dialogues) {
    let [tokens, nats, leftOut] = [0, 0, 0];
    for (const [i, message] of messages.entries()) {
      if (message.role !== 'assistant') continue;
      const scores = await scored(model, messages.slice(0, i), message, tools);
      if (!scores) leftOut++;
      tokens += scores?.length ?? 0;
      for (const score of scores ?? []) nats -= score;
    }
    all.push({ id, tokens, nats, leftOut });
    onProgress(all.length);
  }
  return all;
};

/** Undefined if prompt or message do not fit the model. */
const scored = (
  model: EmbeddedModel,
  prompt: readonly Message[],
  message: AssistantMessage,
  tools: readonly Tool[],
): Promise<Float64Array | undefined> =>
  model.logProbabilities(prompt, message, tools).catch((thrown: unknown) => {
    if (thrown instanceof ModelError && thrown.fault === 'agent') return undefined;
    throw thrown;
  });

/** The exponential of the mean surprise per token, with an interval over dialogues; NaN without any token. */
export const perplexity = (dialogues: readonly Surprise[], options: BootstrapOptions): Estimate => {
  const pairs = dialogues
    .filter(({ tokens }) => tokens > 0)
    .map(({ id, tokens, nats }): Pair => ({ task: id, before: tokens, after: nats }));
  const { value, low, high } = pairedBootstrap(pairs, options).ratio;
  return { value: Math.exp(value), low: Math.exp(low), high: Math.exp(high) };
};
