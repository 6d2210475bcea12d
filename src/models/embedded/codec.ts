import { hash } from '../../base/random.ts';
import type { Message } from '../../dialogue/message.ts';
import type { Tool } from '../../environments/environment.ts';
import { type Decoded, decodeCompletion } from './completion.ts';
import { messageTokens, type ShownFields, type Stand, shownFields } from './message-tokens.ts';
import { type DialogueSlots, emptySlotTable } from './slots.ts';
import { type CodecSpec, createVocabulary, type Vocabulary } from './vocabulary.ts';

export {
  BadArgumentsError,
  CodecError,
  NoMessageError,
  TooManyUnknownWordsError,
  UnknownToolError,
} from './codec-errors.ts';
export type { Decoded } from './completion.ts';
export type { DialogueSlots, SlotValue } from './slots.ts';
export { type CodecSpec, type Vocabulary, vocabularySize } from './vocabulary.ts';

export interface EncodeOptions {
  /** The tools on offer: checked against the vocabulary, and asked which fields of their results are shown. */
  readonly tools?: readonly Tool[];
  /** Names the order in which slot tokens are given out (see `slotSeedOf`). */
  readonly slotSeed: number;
}

export interface Encoded {
  readonly tokens: Int32Array<ArrayBuffer>;
  /** 1 where the agent wrote the token: what takes loss in training. */
  readonly agent: Uint8Array<ArrayBuffer>;
  /** Number of tokens after each message. */
  readonly ends: Int32Array<ArrayBuffer>;
  readonly dialogue: DialogueSlots;
}

/**
 * Messages ↔ tokens. Append-only: the tokens of a conversation are a prefix of those of the same conversation gone on.
 *
 *     <user> i need a hotel in the north <end>
 *     <call> search_hotel area= north <end>
 *     <result> name= (slot 17) <end>
 *     <say> i found (slot 17) . <end>
 *
 * @example
 * const codec = createCodec(spec);
 * const { tokens, dialogue } = codec.encode(messages, { slotSeed: slotSeedOf(messages) });
 * const { text, toolCalls } = codec.decode(sampled, dialogue);
 */
export interface Codec {
  readonly spec: CodecSpec;
  readonly vocabulary: Vocabulary;
  /** @throws UnknownToolError, BadArgumentsError, TooManyUnknownWordsError */
  encode(messages: readonly Message[], options: EncodeOptions): Encoded;
  /** Reads one completion, with or without its `<end>`. `dialogue` is that of the prompt. Never throws. */
  decode(completion: ArrayLike<number>, dialogue: DialogueSlots): Decoded;
}

/** The slot seed at inference: a function of how the user opened the conversation. */
export const slotSeedOf = (messages: readonly Message[]): number =>
  hash('slots', messages.find(message => message.role === 'user')?.content ?? '');

/** Where a conversation stands after some message, and how it was seen to go on. */
interface Step {
  readonly tokens: readonly number[];
  readonly byAgent: boolean;
  readonly stand: Stand;
  readonly next: WeakMap<Message, Step>;
}

/** The beginnings that a conversation's first message was last encoded with. */
interface Start {
  readonly tools: readonly Tool[] | undefined;
  readonly slotSeed: number;
  readonly step: Step;
}
const STARTS_PER_MESSAGE = 4;

/** @throws BadInputError if the vocabulary is not usable, UnknownToolError if `resultFields` name what it lacks */
export const createCodec = (spec: CodecSpec): Codec => {
  const vocabulary = createVocabulary(spec);
  const ownFields = shownFields(spec, vocabulary, []);
  const fieldsByTools = new WeakMap<readonly Tool[], ShownFields>();
  const starts = new WeakMap<Message, Start[]>();

  const fieldsFor = (tools: readonly Tool[] | undefined): ShownFields => {
    if (!tools) return ownFields;
    const known = fieldsByTools.get(tools) ?? shownFields(spec, vocabulary, tools);
    fieldsByTools.set(tools, known);
    return known;
  };
  const begin = (first: Message | undefined, tools: readonly Tool[] | undefined, slotSeed: number): Step => {
    const known =
      first && starts.get(first)?.find(start => start.tools === tools && start.slotSeed === slotSeed);
    if (known) return known.step;
    const table = emptySlotTable(vocabulary.firstSlot, spec.slots, slotSeed);
    const step: Step = {
      tokens: [],
      byAgent: false,
      stand: { table, calls: 0, open: [] },
      next: new WeakMap(),
    };
    if (first)
      starts.set(
        first,
        [{ tools, slotSeed, step }, ...(starts.get(first) ?? [])].slice(0, STARTS_PER_MESSAGE),
      );
    return step;
  };

  const encode = (messages: readonly Message[], { tools, slotSeed }: EncodeOptions): Encoded => {
    const fields = fieldsFor(tools);
    // System messages are left aside: they add no tokens, and many conversations may share one.
    const first = messages.find(message => message.role !== 'system');
    let step = begin(first, tools, slotSeed);
    const steps = messages.map(message => {
      if (message.role === 'system') return { ...step, tokens: [] };
      let next = step.next.get(message);
      if (!next) {
        const { tokens, stand } = messageTokens(message, step.stand, vocabulary, fields);
        next = { tokens, byAgent: message.role === 'assistant', stand, next: new WeakMap() };
        step.next.set(message, next);
      }
      step = next;
      return next;
    });
    const ends = new Int32Array(steps.length);
    let length = 0;
    for (const [i, { tokens }] of steps.entries()) ends[i] = length += tokens.length;
    const tokens = new Int32Array(length);
    const agent = new Uint8Array(length);
    for (const [i, read] of steps.entries()) {
      const start = i === 0 ? 0 : ends[i - 1]!;
      tokens.set(read.tokens, start);
      if (read.byAgent) agent.fill(1, start, ends[i]);
    }
    return { tokens, agent, ends, dialogue: { values: step.stand.table.values, calls: step.stand.calls } };
  };
  return {
    spec,
    vocabulary,
    encode,
    decode: (completion, dialogue) => decodeCompletion(completion, dialogue, vocabulary),
  };
};
