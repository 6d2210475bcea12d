import { JuxtaError } from '../../base/errors.ts';
import { random } from '../../base/random.ts';
import type { AssistantMessage, Message } from '../../dialogue/message.ts';
import type { Tool } from '../../environments/environment.ts';
import { abortedFault } from '../fault.ts';
import { type SampleRequest, seedsOf } from '../layers/samples.ts';
import { type Completion, type Model, ModelError } from '../model.ts';
import {
  type Codec,
  CodecError,
  createCodec,
  type DialogueSlots,
  type Encoded,
  NoMessageError,
  slotSeedOf,
  UnknownToolError,
} from './codec.ts';
import type { EmbeddedConfig } from './config.ts';
import { createDecoder } from './decoder.ts';
import { type Continued, createEngine, type EngineStatistics } from './engine.ts';
import { readWeights, type WeightsFile } from './safetensors.ts';
import { sampleToken } from './sampler.ts';
import { encodeWithin } from './window.ts';

export interface EmbeddedOptions {
  /** The model's id; default `embedded`. */
  readonly id?: string;
  /**
   * How many sequences are kept in memory (default 32; 1.7 MB each at width 128, 4 layers, context 384). More of them
   * spare forks and parallel conversations reading their prompts again; results do not depend on it.
   */
  readonly slots?: number;
}

/** The small transformer that runs in this process. The same request gives the same completions, to the bit. */
export interface EmbeddedModel extends Model {
  readonly config: EmbeddedConfig;
  readonly codec: Codec;
  /**
   * Natural logarithms of the probabilities of a completion's tokens after a prompt, `<say>` or `<call>` and `<end>`
   * included.
   *
   * @throws ModelError as `generate`
   */
  logProbabilities(
    prompt: readonly Message[],
    completion: AssistantMessage,
    tools: readonly Tool[],
  ): Promise<Float64Array>;
  statistics(): EngineStatistics;
}

/**
 * @example
 * const model = await openEmbeddedModel('runs/base.safetensors', { id: 'embedded:base' });
 * @throws BadInputError if the file is not the weights of an embedded model
 */
export const openEmbeddedModel = async (
  path: string,
  options: EmbeddedOptions = {},
): Promise<EmbeddedModel> => createEmbeddedModel(await readWeights(path), options);

const DEFAULT_SLOTS = 32;
/** The most of the context that is kept free for a completion, whatever `maxTokens` says: completions are short. */
const MOST_ROOM = 1 / 4;

const asModelError = (thrown: unknown): unknown => {
  if (!(thrown instanceof CodecError)) return thrown;
  const badRequest = thrown instanceof UnknownToolError || thrown instanceof NoMessageError;
  const fault = badRequest ? 'infrastructure' : 'agent';
  return new ModelError(fault, thrown.message, { cause: thrown });
};

export const createEmbeddedModel = (
  { config, codec: spec, weights }: Pick<WeightsFile, 'config' | 'codec' | 'weights'>,
  { id = 'embedded', slots = DEFAULT_SLOTS }: EmbeddedOptions = {},
): EmbeddedModel => {
  if (!Number.isInteger(slots) || slots < 1)
    throw new JuxtaError('bad-option', `slots is ${slots}; it must be a whole number from 1`);
  const codec = createCodec(spec);
  const { vocabulary } = codec;
  const engine = createEngine(createDecoder(config, weights, slots));

  const encode = (messages: readonly Message[], tools: readonly Tool[], room: number): Encoded => {
    let encoded: Encoded | undefined;
    try {
      encoded = encodeWithin(
        codec,
        messages,
        { tools, slotSeed: slotSeedOf(messages) },
        config.context,
        room,
      );
    } catch (thrown) {
      throw asModelError(thrown);
    }
    if (!encoded)
      throw new ModelError(
        'agent',
        `the last exchange does not fit the model's context of ${config.context} tokens`,
      );
    if (encoded.tokens.length === 0) throw asModelError(new NoMessageError());
    return encoded;
  };
  /** What may be sampled: closed words, tools on offer, and the slots that stand for something in this dialogue. */
  const allowedIn = ({ values }: DialogueSlots, tools: readonly Tool[]): Uint8Array => {
    const { pad, user, result, none, error, call, firstSlot } = vocabulary;
    const allowed = new Uint8Array(config.vocabulary).fill(1, 0, firstSlot);
    for (const token of [pad, user, result, none, error]) allowed[token] = 0;
    for (const name of spec.toolNames)
      if (!tools.some(tool => tool.name === name)) allowed[vocabulary.tool(name)!] = 0;
    if (tools.length === 0) allowed[call] = 0;
    for (const { token } of values) allowed[token] = 1;
    return allowed;
  };
  const completionOf = (
    { tokens, logProbabilities }: Continued,
    { tokens: prompt, dialogue }: Encoded,
  ): Completion => {
    const { text, toolCalls, malformed } = codec.decode(tokens, dialogue);
    const ended = tokens.at(-1) === vocabulary.end;
    return {
      text,
      toolCalls,
      // Cached tokens are left out: they depend on what else was asked, and a completion must not.
      usage: { inputTokens: prompt.length, outputTokens: tokens.length },
      finishReason: !ended
        ? 'length'
        : malformed !== undefined
          ? 'other'
          : text === null
            ? 'tool-calls'
            : 'stop',
      logProbability: logProbabilities.reduce((sum, each) => sum + each, 0),
    };
  };

  const generate = async (request: SampleRequest, signal?: AbortSignal): Promise<readonly Completion[]> => {
    const { messages, tools, temperature, maxTokens } = request;
    if (signal?.aborted) throw abortedFault(id);
    const room = Math.max(1, Math.min(maxTokens, Math.floor(config.context * MOST_ROOM)));
    const encoded = encode(messages, tools, room);
    const allowed = allowedIn(encoded.dialogue, tools);
    const completions = seedsOf(request).map(async seed => {
      const stream = random(seed, 'completion', 0);
      const continued = await engine.continue({
        prompt: encoded.tokens,
        limit: Math.min(Math.max(1, maxTokens), config.context - encoded.tokens.length),
        choose: probabilities => sampleToken(probabilities, allowed, temperature, stream),
        ends: token => token === vocabulary.end,
        signal,
      });
      return completionOf(continued, encoded);
    });
    try {
      return await Promise.all(completions);
    } catch (thrown) {
      throw signal?.aborted ? abortedFault(id) : thrown;
    }
  };

  const logProbabilities = async (
    prompt: readonly Message[],
    completion: AssistantMessage,
    tools: readonly Tool[],
  ): Promise<Float64Array> => {
    const { tokens, ends } = encode([...prompt, completion], tools, 0);
    const start = ends.at(-2) ?? 0;
    if (start === 0) throw asModelError(new NoMessageError());
    const given = tokens.subarray(start);
    const { logProbabilities: known } = await engine.continue({
      prompt: tokens.subarray(0, start),
      limit: given.length,
      choose: (_, index) => given[index]!,
      ends: () => false,
    });
    return Float64Array.from(known);
  };

  return { id, config, codec, generate, logProbabilities, statistics: engine.statistics };
};
