/**
 * The reference's own harvest: at each collapse the whole tree in pre-order, as prefixes of conversations with two
 * flags (josh.md, sections 2.3 and 3). Juxta's trees hold more than that; this is for comparison with the original.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Message } from '../../dialogue/message.ts';
import type { CollapsedNode, Round } from '../../search/josh/josh.ts';

export interface ReferenceExample {
  readonly messages: readonly Message[];
  readonly successful: boolean;
  readonly golden: boolean;
}

/** Drops the user messages at the end, but never all of a conversation that holds nothing else (josh.md, 2.3). */
export const trimmed = (messages: readonly Message[]): readonly Message[] => {
  let end = messages.length;
  while (end > 0 && messages[end - 1]!.role === 'user') end--;
  return messages.slice(0, end === 0 ? Math.min(1, messages.length) : end);
};

/**
 * The examples that the reference's runner keeps of a search: those of every collapse, but none of a search whose very first round
 * broke, for it has no result then.
 */
export const keepExamples = <S>(
  internalOf: (state: S) => readonly Message[],
): {
  readonly examples: readonly ReferenceExample[];
  onRound<G>(round: Round<S, G>): void;
} => {
  const examples: ReferenceExample[] = [];
  return {
    examples,
    onRound: ({ number, raised, collapse }) => {
      if (number === 1 && raised !== undefined) return;
      if (collapse) harvestExamples(examples, collapse.before, internalOf);
    },
  };
};

/** Appends the examples of a collapsed tree, its nodes in pre-order, to those already there, without repeats. */
export const harvestExamples = <S>(
  examples: ReferenceExample[],
  before: readonly CollapsedNode<S>[],
  internalOf: (state: S) => readonly Message[],
): void => {
  for (const { state, successful, golden } of before) {
    const example = { messages: trimmed(internalOf(state)), successful, golden };
    if (!examples.some(known => isDeepStrictEqual(known, example))) examples.push(example);
  }
};
