import { messageOf } from '../../../base/errors.ts';
import { hash } from '../../../base/random.ts';
import type { Message } from '../../../dialogue/message.ts';
import type { Tool } from '../../../environments/environment.ts';
import { type Codec, CodecError, type Encoded, slotSeedOf } from '../../../models/embedded/codec.ts';
import type { Row, Span } from './batch.ts';

/** Examples that could not be trained on, by reason. */
export interface Dropped {
  /** Longer than the model's context. */
  tooLong: number;
  /** The codec has no tokens for them (unknown tools, arguments that are no JSON, too many names). */
  notEncodable: number;
  /** The codec's first complaint. */
  problem?: string;
}

export interface EncodeContext {
  readonly codec: Codec;
  /** The model's context, in tokens. */
  readonly context: number;
  /** Names the order of slot tokens, beside the conversation's own seed; undefined for the order used at inference. */
  readonly slotStream: number | undefined;
  readonly dropped: Dropped;
}

/** Encodes a conversation; undefined, and counted, if it cannot be trained on. */
export const encodeOrDrop = (
  { codec, context, slotStream, dropped }: EncodeContext,
  messages: readonly Message[],
  tools: readonly Tool[],
): Encoded | undefined => {
  const own = slotSeedOf(messages);
  try {
    const encoded = codec.encode(messages, {
      tools,
      slotSeed: slotStream === undefined ? own : hash(slotStream, own),
    });
    if (encoded.tokens.length - 1 <= context) return encoded;
    dropped.tooLong++;
  } catch (thrown) {
    if (!(thrown instanceof CodecError)) throw thrown;
    dropped.notEncodable++;
    dropped.problem ??= messageOf(thrown);
  }
  return undefined;
};

const span = (start: number, end: number, good = true): Span => ({
  // The first token of all is given, never predicted.
  start: Math.max(1, start),
  end,
  good,
  reference: 0,
});

/** A conversation to imitate: one span for every stretch of the agent's tokens. */
export const conversationRow = (encoded: { tokens: Int32Array; agent: Uint8Array }): Row => {
  const { tokens, agent } = encoded;
  const spans: Span[] = [];
  for (let start = 0; start < tokens.length; ) {
    let end = start + 1;
    while (end < tokens.length && agent[end] === agent[start]) end++;
    if (agent[start] === 1 && end > 1) spans.push(span(start, end));
    start = end;
  }
  return { tokens, spans };
};

/** A prompt and its completion, which is the last message. */
export const completionRow = ({ tokens, ends }: Encoded, good: boolean): Row => ({
  tokens,
  spans: [span(ends.at(-2) ?? 0, tokens.length, good)],
});

const byTokens = (a: Row, b: Row): number => {
  const common = Math.min(a.tokens.length, b.tokens.length);
  for (let i = 0; i < common; i++) if (a.tokens[i] !== b.tokens[i]) return a.tokens[i]! - b.tokens[i]!;
  return a.tokens.length - b.tokens.length;
};

export const isPrefix = (a: Row, b: Row): boolean =>
  a.tokens.length <= b.tokens.length && a.tokens.every((token, i) => token === b.tokens[i]);

/**
 * Rows that begin another row become spans of it: attention is causal, so a token's probability does not depend on
 * what comes after it. The turns of one conversation are thus computed once, not once per turn.
 */
export const packPrefixes = (rows: readonly Row[]): readonly Row[] => {
  const packed: Row[] = [];
  // In the order of their tokens, a row stands just before the first of those that it begins.
  for (const row of rows.toSorted(byTokens).reverse()) {
    const longer = packed.at(-1);
    if (longer !== undefined && isPrefix(row, longer))
      packed[packed.length - 1] = { tokens: longer.tokens, spans: [...row.spans, ...longer.spans] };
    else packed.push(row);
  }
  return packed;
};
