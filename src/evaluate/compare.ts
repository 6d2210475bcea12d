import { type BootstrapOptions, type Comparison, type Pair, pairedBootstrap } from './bootstrap.ts';
import type { Outcome } from './metrics.ts';
import { type Estimate, wilson } from './statistics.ts';

/** Before against after, over the conversations that have the same task and seed on both sides. */
export interface BeforeAfter {
  readonly success: Comparison;
  readonly reward: Comparison;
}

/** Two evaluations compared, as a whole and by type of task. */
export interface ComparisonReport extends BeforeAfter {
  /** By type of task, sorted. */
  readonly byType: readonly (BeforeAfter & { readonly type: string })[];
  /** Pairs left out because a fault ended one side, which says nothing about the agent. */
  readonly faulty: number;
  /** Conversations left out because the other side has none of that task and seed. */
  readonly unmatched: number;
}

interface Matched {
  readonly before: Outcome;
  readonly after: Outcome;
}

const pairsOf = (matched: readonly Matched[], figure: (outcome: Outcome) => number): Pair[] =>
  matched.map(({ before, after }) => ({ task: before.task, before: figure(before), after: figure(after) }));

/** Wilson's intervals hold where a bootstrap fails, in small groups of nothing but successes; they need independent tasks. */
const withWilson = (comparison: Comparison): Comparison => {
  const { pairs, tasks, before, after } = comparison;
  if (pairs !== tasks) return comparison;
  const exact = ({ value }: Estimate): Estimate => wilson(Math.round(value * pairs), pairs);
  return pairs === 0 ? comparison : { ...comparison, before: exact(before), after: exact(after) };
};

const compared = (matched: readonly Matched[], options: BootstrapOptions): BeforeAfter => ({
  success: withWilson(
    pairedBootstrap(
      pairsOf(matched, outcome => Number(outcome.success)),
      options,
    ),
  ),
  reward: pairedBootstrap(
    pairsOf(matched, outcome => outcome.reward),
    options,
  ),
});

const keyOf = ({ task, seed }: Outcome): string => JSON.stringify([task, seed]);

interface Matching {
  readonly matched: readonly Matched[];
  readonly faulty: number;
  readonly unmatched: number;
}

const match = (before: readonly Outcome[], after: readonly Outcome[]): Matching => {
  const later = new Map(after.map(outcome => [keyOf(outcome), outcome]));
  const both = before.flatMap(outcome => {
    const other = later.get(keyOf(outcome));
    return other ? [{ before: outcome, after: other }] : [];
  });
  const matched = both.filter(pair => pair.before.fault === null && pair.after.fault === null);
  return {
    matched,
    faulty: both.length - matched.length,
    unmatched: before.length + after.length - 2 * both.length,
  };
};

/** The pairs that `compare` compares, for averages over several runs (`bootstrapOverSeeds`). */
export const successPairs = (before: readonly Outcome[], after: readonly Outcome[]): readonly Pair[] =>
  pairsOf(match(before, after).matched, outcome => Number(outcome.success));

/**
 * Compares two evaluations of one setting on the same tasks and seeds.
 *
 * @example
 * const { success, byType } = compare(before, after, { seed: 1 });
 * `${success.before.value} → ${success.after.value}, × ${success.ratio.value} (p ${success.p})`
 */
export const compare = (
  before: readonly Outcome[],
  after: readonly Outcome[],
  options: BootstrapOptions,
): ComparisonReport => {
  const { matched, faulty, unmatched } = match(before, after);
  const byType = [...Map.groupBy(matched, pair => pair.before.taskType)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([type, own]) => ({ type, ...compared(own, options) }));
  return { ...compared(matched, options), byType, faulty, unmatched };
};
