import type { EvaluationRow } from '../store/rows.ts';
import { type Estimate, mean, wilson } from './statistics.ts';

/** What is measured of one conversation; a stored evaluation is one. */
export type Outcome = Pick<
  EvaluationRow,
  'task' | 'taskType' | 'seed' | 'reward' | 'success' | 'turns' | 'calls' | 'fault'
>;

/** The share of goals reached that counts as all of them (toolwoz.md, section 7). */
export const isSuccess = (reward: number): boolean => reward >= 1 - 1e-6;

/** What an evaluation measured. */
export interface Metrics {
  /** Conversations that no fault ended; what follows is over these. */
  readonly n: number;
  /** With Wilson's interval, as if no task came twice. */
  readonly success: Estimate;
  readonly successRate: number;
  readonly averageReward: number;
  readonly turnsPerTask: number;
  readonly callsPerTask: number;
  /** Conversations that a fault ended, by cause. */
  readonly faults: Readonly<Record<string, number>>;
  /** Over all conversations, every fault counting as a reward of 0. */
  readonly faultBlind: { readonly n: number; readonly successRate: number; readonly averageReward: number };
}

/** Rates of an empty list are NaN, which JSON writes as null. */
export const metrics = (outcomes: readonly Outcome[]): Metrics => {
  const valid = outcomes.filter(outcome => outcome.fault === null);
  const faults: Record<string, number> = {};
  for (const { fault } of outcomes) if (fault !== null) faults[fault] = (faults[fault] ?? 0) + 1;
  const successes = valid.filter(outcome => outcome.success).length;
  const success = wilson(successes, valid.length);
  return {
    n: valid.length,
    success,
    successRate: success.value,
    averageReward: mean(valid.map(outcome => outcome.reward)),
    turnsPerTask: mean(valid.map(outcome => outcome.turns)),
    callsPerTask: mean(valid.map(outcome => outcome.calls)),
    faults,
    faultBlind: {
      n: outcomes.length,
      successRate: successes / outcomes.length,
      averageReward: mean(outcomes.map(outcome => (outcome.fault === null ? outcome.reward : 0))),
    },
  };
};

/** The metrics of each type of task, sorted by type. */
export const metricsByType = (outcomes: readonly Outcome[]): ReadonlyMap<string, Metrics> =>
  new Map(
    [...Map.groupBy(outcomes, outcome => outcome.taskType)]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([type, own]) => [type, metrics(own)]),
  );
