/**
 * How far training has moved a model: the KL divergence of the model from its base on held-out prompts, estimated from
 * the model's own samples. Forgetting follows it.
 */
import { hash } from '../base/random.ts';
import type { AssistantMessage, Message } from '../dialogue/message.ts';
import type { Tool } from '../environments/environment.ts';
import type { EmbeddedModel } from '../models/embedded/model.ts';
import { type Completion, ModelError } from '../models/model.ts';
import { type BootstrapOptions, clusteredMean, type Pair, pairedBootstrap } from './bootstrap.ts';
import type { Estimate } from './statistics.ts';

/** A completion that the model sampled at temperature 1, under both models. */
export interface KlSample {
  /** Samples of one prompt belong together. */
  readonly prompt: string;
  /** Natural logarithms of each token's probability. */
  readonly model: ArrayLike<number>;
  readonly base: ArrayLike<number>;
}

export interface KlEstimate {
  /** In nats per completion. */
  readonly perCompletion: Estimate;
  /** In nats per token: all divergence over all tokens. */
  readonly perToken: Estimate;
  readonly prompts: number;
  readonly samples: number;
}

/**
 * KL(model ‖ base) with bootstrap intervals clustered by prompt. For each token, with the log-ratio d of model to base,
 * it takes exp(-d) - 1 + d: its mean is that of d, but it is never negative and varies less (Schulman 2020,
 * "Approximating KL divergence", k3). Without samples every figure is NaN.
 *
 * @example estimateKl([{ prompt: 'hamlet-1', model: [-0.1, -0.2], base: [-0.3, -0.2] }], { seed: 1 }).perToken.value // 0.009…
 * @throws RangeError if a sample's lists differ in length
 */
export const estimateKl = (samples: readonly KlSample[], options: BootstrapOptions): KlEstimate => {
  const pairs = samples.map(
    ({ prompt, model, base }): Pair => ({
      task: prompt,
      before: model.length,
      after: divergence(model, base),
    }),
  );
  return {
    perCompletion: clusteredMean(
      pairs.map(({ task, after }) => ({ task, value: after })),
      options,
    ),
    perToken: pairedBootstrap(pairs, options).ratio,
    prompts: new Set(pairs.map(pair => pair.task)).size,
    samples: pairs.length,
  };
};

const divergence = (model: ArrayLike<number>, base: ArrayLike<number>): number => {
  if (model.length !== base.length)
    throw new RangeError(
      `a sample has ${model.length} tokens under the model but ${base.length} under the base`,
    );
  let sum = 0;
  for (let i = 0; i < model.length; i++) {
    const ratio = model[i]! - base[i]!;
    sum += Math.expm1(-ratio) + ratio;
  }
  return sum;
};

/** A conversation that ends where the agent is to go on. */
export interface KlPrompt {
  readonly id: string;
  readonly messages: readonly Message[];
  readonly tools: readonly Tool[];
}

export interface EmbeddedKlOptions extends BootstrapOptions {
  readonly model: EmbeddedModel;
  /** Must have the model's vocabulary. */
  readonly base: EmbeddedModel;
  readonly prompts: readonly KlPrompt[];
  /** Completions per prompt (default 4). */
  readonly samples?: number;
  /** Default 64. */
  readonly maxTokens?: number;
  readonly onProgress?: (progress: { readonly done: number; readonly prompts: number }) => void;
  readonly signal?: AbortSignal;
}

export interface EmbeddedKl extends KlEstimate {
  /** Completions without an end or a meaning, and prompts that do not fit the context: they are in no figure. */
  readonly leftOut: number;
}

const SAMPLES = 4;

/**
 * The same for two embedded models. Sampling leaves out tokens that stand for nothing in the dialogue; their share is
 * counted by neither model's probabilities, so the estimate is a little low where they are likely.
 *
 * @throws ModelError if the models do not know a tool
 */
export const embeddedKl = async (options: EmbeddedKlOptions): Promise<EmbeddedKl> => {
  const { prompts, onProgress, signal } = options;
  const all: KlSample[] = [];
  for (const [i, prompt] of prompts.entries()) {
    signal?.throwIfAborted();
    all.push(...(await samplesOf(prompt, options)));
    onProgress?.({ done: i + 1, prompts: prompts.length });
  }
  const wanted = prompts.length * (options.samples ?? SAMPLES);
  return { ...estimateKl(all, options), leftOut: wanted - all.length };
};

const samplesOf = async (
  { id, messages, tools }: KlPrompt,
  { model, base, seed, samples = SAMPLES, maxTokens = 64, signal }: EmbeddedKlOptions,
): Promise<readonly KlSample[]> => {
  const request = { messages, tools, temperature: 1, maxTokens, seed: hash(seed, 'kl', id), n: samples };
  const completions = (await unlessUnfit(model.generate(request, signal))) ?? [];
  const scored = completions.filter(isWhole).map(async (completion): Promise<KlSample | undefined> => {
    const message = messageOf(completion);
    const of = (scorer: EmbeddedModel) => unlessUnfit(scorer.logProbabilities(messages, message, tools));
    const [own, other] = await Promise.all([of(model), of(base)]);
    return own && other && { prompt: id, model: own, base: other };
  });
  return (await Promise.all(scored)).filter(sample => sample !== undefined);
};

/** Undefined if prompt or completion do not fit a model. */
const unlessUnfit = <T>(asked: Promise<T>): Promise<T | undefined> =>
  asked.catch((thrown: unknown) => {
    if (thrown instanceof ModelError && thrown.fault === 'agent') return undefined;
    throw thrown;
  });

const isWhole = ({ finishReason }: Completion): boolean =>
  finishReason === 'stop' || finishReason === 'tool-calls';

const messageOf = ({ text, toolCalls }: Completion): AssistantMessage => ({
  role: 'assistant',
  content: text,
  ...(toolCalls.length > 0 && { tool_calls: toolCalls }),
});
