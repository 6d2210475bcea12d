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

/** What one more length costs, in the unit of `costOf`: its graphs' compilation, and about 100 MB in each thread. */
const LENGTH_COST = 12_000;

/**
 * Padded lengths for sequences of the given lengths, each to be trained on so many times, such that padding and the
 * number of lengths together cost least. Ascending; the last holds the longest sequence. None exceeds the context.
 */
export const chooseLengths = (
  lengths: readonly number[],
  passes: number,
  context: number,
): readonly number[] => {
  const sequencesAt = new Map<number, number>();
  for (const length of lengths) {
    const padded = rounded(length, context);
    sequencesAt.set(padded, (sequencesAt.get(padded) ?? 0) + 1);
  }
  const candidates = [...sequencesAt.keys()].sort((a, b) => a - b);
  // cheapest[n] covers the n shortest candidates.
  const cheapest: Choice[] = [{ cost: 0, lengths: [] }];
  for (const [last, padded] of candidates.entries()) {
    let best: Choice = { cost: Number.POSITIVE_INFINITY, lengths: [] };
    let sequences = 0;
    for (let first = last; first >= 0; first--) {
      sequences += sequencesAt.get(candidates[first]!)!;
      const before = cheapest[first]!;
      const cost = before.cost + passes * sequences * costOf(padded) + LENGTH_COST;
      if (cost < best.cost) best = { cost, lengths: [...before.lengths, padded] };
    }
    cheapest.push(best);
  }
  return cheapest.at(-1)!.lengths;
};

interface Choice {
  readonly cost: number;
  readonly lengths: readonly number[];
}

/** The shapes of these lengths that cost about `cost` each, with at least `atLeast` rows. */
export const shapesOf = (lengths: readonly number[], cost: number, atLeast = 1): readonly Shape[] =>
  lengths.map(length => ({ length, rows: Math.max(atLeast, Math.round(cost / costOf(length))) }));
