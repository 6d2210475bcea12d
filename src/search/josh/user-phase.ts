/** The user's answers on the live leaves of a tree, at once or, with `eager`, when they are needed (josh.md, 2.5). */

import type { Play } from '../../play/play.ts';
import { end, type Line, momentOf, write } from './line.ts';
import type { SearchOptions } from './options.ts';

export interface UserPhase<S> {
  /** It is the user's turn on these leaves, and on no others. */
  turn(leaves: readonly Line<S>[]): Promise<void>;
  /** Asks now those of the leaves that are still to be asked. */
  answer(leaves: readonly Line<S>[]): Promise<void>;
  /**
   * Whether there are at most `most` live leaves among these. Users are asked, from the left, only until that is clear.
   */
  atMost(most: number, leaves: readonly Line<S>[]): Promise<boolean>;
}

export const createUserPhase = <S, G>(
  play: Play<S, G>,
  options: SearchOptions,
  signal: AbortSignal,
): UserPhase<S> => {
  const unasked = new Set<Line<S>>();
  // Below the level of turns, how many leaves are alive decides on forks at every step.
  const late = options.eager && options.branching === 'turn' && options.userErrors === 'leaf';

  const answer = async (leaves: readonly Line<S>[]): Promise<void> => {
    const asked = leaves.filter(leaf => unasked.delete(leaf));
    const answers = await Promise.all(asked.map(leaf => play.userStep(leaf.state, momentOf(leaf), signal)));
    for (const [i, played] of answers.entries()) {
      const leaf = asked[i]!;
      // The reference asks one leaf after another, and the first exception leaves the rest unasked.
      if (options.userErrors === 'search' && played.thrown !== undefined) throw played.thrown;
      write(leaf, played);
      if (played.status === 'over') end(leaf, played.cause ?? 'user-ended');
    }
  };

  return {
    turn: async leaves => {
      unasked.clear();
      for (const leaf of leaves) unasked.add(leaf);
      if (!late) await answer(leaves);
    },
    answer,
    atMost: async (most, leaves) => {
      if (leaves.length <= most) return true;
      for (;;) {
        const known = leaves.filter(leaf => !unasked.has(leaf) && !leaf.over).length;
        if (known > most) return false;
        const left = leaves.filter(leaf => unasked.has(leaf));
        if (left.length === 0) return true;
        // So many at least must be asked, so they may be asked together.
        await answer(left.slice(0, most + 1 - known));
      }
    },
  };
};
