/** What comparisons of two models' answers come to: wins, losses and ties, and whether judges agree. */
import type { BootstrapOptions } from '../bootstrap.ts';
import { clusteredMean } from '../bootstrap.ts';
import type { Estimate } from '../statistics.ts';
import type { Judgment } from './judge.ts';
import type { PairJudgment } from './pairwise.ts';

export interface Tally {
  readonly wins: number;
  readonly losses: number;
  readonly ties: number;
  /** Wins and half of the ties, as a share of all (FastChat's adjusted win rate), over questions. */
  readonly winRate: Estimate;
}

/** How often two votes on the same pair of answers are the same. */
export interface Agreement {
  /** `orders`: the judge with itself, the other order before it. `grades`: with the grades that it gave each answer alone. */
  readonly between: 'orders' | 'grades';
  readonly turn: 1 | 2;
  /** Whether pairs count on which a vote is a tie. */
  readonly ties: boolean;
  readonly agree: number;
  readonly total: number;
}

export interface Pairwise {
  readonly baseline: string;
  readonly judgments: readonly PairJudgment[];
  readonly overall: Tally;
  readonly byTurn: readonly Tally[];
  /** Sorted. */
  readonly byCategory: readonly (Tally & { readonly category: string })[];
  readonly agreement: readonly Agreement[];
  /** Orders in which the judge did not say who won; such a pair is a tie. */
  readonly unread: number;
}

type Vote = 'model' | 'baseline' | 'tie';

/** @param graded the grades of both sides, from which votes are made as well */
export const pairwiseOf = (
  judgments: readonly PairJudgment[],
  graded: {
    readonly model: readonly Judgment[];
    readonly baseline: { readonly model: string; readonly judgments: readonly Judgment[] };
  },
  options: BootstrapOptions,
): Pairwise => {
  const categories = [...new Set(judgments.map(each => each.category))].sort();
  return {
    baseline: graded.baseline.model,
    judgments,
    overall: tallyOf(judgments, options),
    byTurn: turns.map(turn => tallyOf(onTurn(judgments, turn), options)),
    byCategory: categories.map(category => ({
      category,
      ...tallyOf(
        judgments.filter(each => each.category === category),
        options,
      ),
    })),
    agreement: [
      ...agreements('orders', judgments, ({ games }) => votesOf(games[0].winner, games[1].winner)),
      ...agreements('grades', judgments, gradesAgainst(graded.model, graded.baseline.judgments)),
    ],
    unread: judgments.flatMap(each => each.games).filter(game => game.winner === 'error').length,
  };
};

const turns = [1, 2] as const;

const onTurn = (judgments: readonly PairJudgment[], turn: 1 | 2): readonly PairJudgment[] =>
  judgments.filter(each => each.turn === turn);

const tallyOf = (judgments: readonly PairJudgment[], options: BootstrapOptions): Tally => {
  const count = (winner: Vote): number => judgments.filter(each => each.winner === winner).length;
  const worth = { model: 1, tie: 0.5, baseline: 0 };
  const values = judgments.map(({ question, winner }) => ({ task: String(question), value: worth[winner] }));
  return {
    wins: count('model'),
    losses: count('baseline'),
    ties: count('tie'),
    winRate: clusteredMean(values, options),
  };
};

/** Two votes, or nothing if one of them is missing. */
type Votes = readonly [Vote, Vote] | undefined;

const votesOf = (one: Vote | 'error', two: Vote | 'error'): Votes =>
  one === 'error' || two === 'error' ? undefined : [one, two];

const gradesAgainst = (
  model: readonly Judgment[],
  baseline: readonly Judgment[],
): ((judgment: PairJudgment) => Votes) => {
  const key = ({ question, turn }: Pick<Judgment, 'question' | 'turn'>): string => `${question}/${turn}`;
  const scoresOf = (judgments: readonly Judgment[]) =>
    new Map(judgments.map(each => [key(each), each.score]));
  const [own, other] = [scoresOf(model), scoresOf(baseline)];
  return judgment => {
    const [mine, theirs] = [own.get(key(judgment)) ?? null, other.get(key(judgment)) ?? null];
    if (mine === null || theirs === null) return undefined;
    return [judgment.winner, mine === theirs ? 'tie' : mine > theirs ? 'model' : 'baseline'];
  };
};

/** A table as FastChat's: each turn, with and without ties. */
const agreements = (
  between: Agreement['between'],
  judgments: readonly PairJudgment[],
  votes: (judgment: PairJudgment) => Votes,
): readonly Agreement[] =>
  turns.flatMap(turn => {
    const pairs = onTurn(judgments, turn).flatMap(judgment => [votes(judgment) ?? []].filter(isPair));
    return [true, false].map(ties => {
      const counted = ties ? pairs : pairs.filter(pair => !pair.includes('tie'));
      const agree = counted.filter(([one, two]) => one === two).length;
      return { between, turn, ties, agree, total: counted.length };
    });
  });

const isPair = (votes: readonly Vote[]): votes is readonly [Vote, Vote] => votes.length === 2;
