import type { Decoder } from './decoder.ts';

/** A claimed sequence, of which the first `cached` tokens need not be read again. */
export interface Claim {
  readonly sequence: number;
  readonly cached: number;
}

/** Which tokens the decoder's sequences hold, so that conversations and their forks read only what is new to them. */
export interface SequenceCache {
  /**
   * A sequence that holds as much as possible of the tokens, though not the last one, whose distribution is wanted.
   * A sequence that is wholly a prefix is gone on with; otherwise the common part is copied over the one that was
   * not used for longest. Undefined while every sequence is claimed.
   */
  claim(tokens: Int32Array): Claim | undefined;
  /** Notes a token that has been read. */
  append(sequence: number, token: number): void;
  release(sequence: number): void;
}

interface Held {
  readonly tokens: Int32Array;
  length: number;
  /** When it was last of use. */
  used: number;
  claimed: boolean;
}

const commonPrefix = (held: Held, tokens: Int32Array): number => {
  const most = Math.min(held.length, tokens.length - 1);
  let length = 0;
  while (length < most && held.tokens[length] === tokens[length]) length++;
  return length;
};

export const createSequenceCache = (decoder: Decoder): SequenceCache => {
  const all = Array.from(
    { length: decoder.sequences },
    (): Held => ({ tokens: new Int32Array(decoder.config.context), length: 0, used: 0, claimed: false }),
  );
  let clock = 0;

  const claim = (tokens: Int32Array): Claim | undefined => {
    let source = all[0]!;
    let cached = -1;
    let oldest: Held | undefined;
    for (const held of all) {
      const common = commonPrefix(held, tokens);
      if (common > cached) {
        source = held;
        cached = common;
      }
      if (!held.claimed && (!oldest || held.used < oldest.used)) oldest = held;
    }
    if (!oldest) return undefined;
    // One token less than it holds is the same sequence asked again.
    const goesOn = !source.claimed && cached > 0 && source.length - cached <= 1;
    const target = goesOn ? source : oldest;
    if (target !== source && cached > 0) {
      decoder.copy(all.indexOf(source), all.indexOf(target), cached);
      target.tokens.set(source.tokens.subarray(0, cached));
    }
    target.length = cached;
    target.claimed = true;
    source.used = ++clock;
    target.used = clock;
    return { sequence: all.indexOf(target), cached };
  };
  return {
    claim,
    append: (sequence, token) => {
      const held = all[sequence]!;
      held.tokens[held.length++] = token;
    },
    release: sequence => {
      all[sequence]!.claimed = false;
    },
  };
};
