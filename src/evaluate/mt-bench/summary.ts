import {
  type BootstrapOptions,
  type Comparison,
  clusteredMean,
  type Pair,
  pairedBootstrap,
} from '../bootstrap.ts';
import type { Estimate } from '../statistics.ts';
import type { Judgment } from './judge.ts';

/** A mean score with its interval, over questions. */
export interface Score extends Estimate {
  /** Scores in the mean. */
  readonly n: number;
}

export interface Summary {
  readonly overall: Score;
  readonly byTurn: readonly Score[];
  /** Sorted; `turns` are the first and the second. */
  readonly byCategory: readonly (Score & { readonly category: string; readonly turns: readonly Score[] })[];
  /** Turns to which the judge gave no score. */
  readonly unscored: number;
}

const turns = [1, 2] as const;

const sortedGroups = (judgments: readonly Judgment[]): readonly (readonly [string, readonly Judgment[]])[] =>
  [...Map.groupBy(judgments, judgment => judgment.category)].sort(([a], [b]) => (a < b ? -1 : 1));

/** Means of what was scored; an empty mean is NaN. A question is drawn with both its turns. */
export const summarise = (judgments: readonly Judgment[], options: BootstrapOptions): Summary => {
  const scored = judgments.filter(judgment => judgment.score !== null);
  const score = (some: readonly Judgment[]): Score => {
    const values = some.map(each => ({ task: String(each.question), value: each.score! }));
    return { ...clusteredMean(values, options), n: some.length };
  };
  const perTurn = (some: readonly Judgment[]): readonly Score[] =>
    turns.map(turn => score(some.filter(each => each.turn === turn)));
  return {
    overall: score(scored),
    byTurn: perTurn(scored),
    byCategory: sortedGroups(scored).map(([category, own]) => ({
      ...score(own),
      category,
      turns: perTurn(own),
    })),
    unscored: judgments.length - scored.length,
  };
};

export interface MtBenchComparison {
  readonly overall: Comparison;
  readonly byTurn: readonly Comparison[];
  readonly byCategory: readonly (Comparison & { readonly category: string })[];
  /** Turns that are scored on one side only, and left out. */
  readonly unmatched: number;
}

/** Before against after, over the turns that both have a score for. */
export const compareJudgments = (
  before: readonly Judgment[],
  after: readonly Judgment[],
  options: BootstrapOptions,
): MtBenchComparison => {
  const key = ({ question, turn }: Judgment): string => `${question}/${turn}`;
  const later = new Map(after.filter(each => each.score !== null).map(each => [key(each), each.score!]));
  const scored = before.filter(each => each.score !== null);
  const matched = scored.filter(each => later.has(key(each)));
  const compared = (some: readonly Judgment[]): Comparison => {
    const pairs = some.map(
      (each): Pair => ({ task: String(each.question), before: each.score!, after: later.get(key(each))! }),
    );
    return pairedBootstrap(pairs, options);
  };
  return {
    overall: compared(matched),
    byTurn: turns.map(turn => compared(matched.filter(each => each.turn === turn))),
    byCategory: sortedGroups(matched).map(([category, own]) => ({ ...compared(own), category })),
    unmatched: scored.length + later.size - 2 * matched.length,
  };
};
