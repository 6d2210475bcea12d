import type { Shape } from './batch.ts';

/** Lengths are multiples of this: the Wasm kernels work in tiles. */
const GRAIN = 16;
/**
 * The length at which attention, whose cost grows with the length, costs a token as much as all else; measured. It
 * makes micro-batches of different lengths take the same time, so that threads wait little for each other.
 */
const EVEN_LENGTH = 300;

const rounded = (length: number, context: number): number =>
  Math.min(context, Math.max(2, Math.ceil(length / GRAIN)) * GRAIN);

/** What a padded row of this length costs, in tokens of a very short one. */
export const costOf = (length: number): number => length * (1 + length / EVEN_LENGTH);

/**
 * At most `count` padded lengths for sequences of the given lengths, such that the cost of padding is least. Each
 * length is one more graph to compile. Ascending; the last holds the longest sequence. None exceeds the context.
 */
export const chooseLengths = (
  lengths: readonly number[],
  count: number,
  context: number,
): readonly number[] => {
  const sequencesAt = new Map<number, number>();
  for (const length of lengths) {
    const padded = rounded(length, context);
    sequencesAt.set(padded, (sequencesAt.get(padded) ?? 0) + 1);
  }
  const candidates = [...sequencesAt.keys()].sort((a, b) => a - b);
  // best[n]: the cheapest choice that covers the n shortest candidates with the lengths allowed so far.
  let best: readonly Choice[] = [nothing, ...candidates.map(() => impossible)];
  for (let allowed = 1; allowed <= count; allowed++) {
    const before = best;
    best = before.map((known, end) => {
      let cheapest = known;
      let sequences = 0;
      for (let start = end - 1; start >= 0; start--) {
        const padded = candidates[end - 1]!;
        sequences += sequencesAt.get(candidates[start]!)!;
        const cost = before[start]!.cost + sequences * costOf(padded);
        if (cost < cheapest.cost) cheapest = { cost, lengths: [...before[start]!.lengths, padded] };
      }
      return cheapest;
    });
  }
  return best.at(-1)!.lengths;
};

interface Choice {
  readonly cost: number;
  readonly lengths: readonly number[];
}
const nothing: Choice = { cost: 0, lengths: [] };
const impossible: Choice = { cost: Number.POSITIVE_INFINITY, lengths: [] };

/** The shapes of these lengths that cost about `cost` each, with at least `atLeast` rows. */
export const shapesOf = (lengths: readonly number[], cost: number, atLeast = 1): readonly Shape[] =>
  lengths.map(length => ({ length, rows: Math.max(atLeast, Math.round(cost / costOf(length))) }));
