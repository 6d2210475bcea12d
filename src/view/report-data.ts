import type { Turn } from '../dialogue/turn.ts';
import type { ComparisonReport } from '../evaluate/compare.ts';
import type { ErrorBreakdown } from '../evaluate/errors.ts';
import type { Metrics } from '../evaluate/metrics.ts';
import type { Cost } from '../runs/project/meter.ts';

/** All that a report shows, as plain data. What is absent or empty gets no section. */
export interface ReportData {
  /** For example `Self-training on hamlet`. */
  readonly title: string;
  readonly run: string;
  /** ISO 8601. */
  readonly made: string;
  /** Sentences that belong to the results: the ceiling, what doing nothing scores, which rules were used. */
  readonly notes: readonly string[];
  readonly evaluations: readonly ReportedEvaluation[];
  readonly training: readonly LossCurve[];
  readonly rounds: readonly ReportedRound[];
  readonly costs: readonly StageCost[];
  /** What remote models took and what failed on the way, a line each. */
  readonly requests: readonly string[];
  readonly example?: ReportedExample;
  /** The resolved configuration, seeds included, in the order to be shown. */
  readonly settings: readonly Setting[];
}

/** Held-out results of one way to draw replies. */
export interface ReportedEvaluation {
  readonly setting: 'greedy' | 'sampled';
  readonly before: Metrics;
  readonly after: Metrics;
  readonly comparison: ComparisonReport;
  readonly errors?: { readonly before: ErrorBreakdown; readonly after: ErrorBreakdown };
}

export interface LossCurve {
  /** For example `round 1, SFT`. */
  readonly stage: string;
  readonly points: readonly { readonly step: number; readonly loss: number }[];
}

export interface ReportedRound {
  readonly round: number;
  /** Mean reward of the round's rollouts, on training tasks. */
  readonly rolloutReward: number;
  /** Trees whose every goal was reached. */
  readonly fullRewardTrees: number;
  readonly trees: number;
  /** How many there were, by kind. */
  readonly examples: Readonly<Record<string, number>>;
  /** Success on the gate set, before and after the round's training. */
  readonly gateBefore: number;
  readonly gateAfter: number;
  /** False if the gate refused the round's model. */
  readonly kept: boolean;
}

export interface StageCost extends Cost {
  readonly stage: string;
  /** For example `4,100 tokens/s` or `2.31 USD`. */
  readonly detail?: string;
}

/** One conversation up to a fork, and how it went on for better and for worse. */
export interface ReportedExample {
  readonly task: string;
  readonly instructions: readonly string[];
  readonly shared: readonly Turn[];
  readonly golden: readonly Turn[];
  readonly failed: readonly Turn[];
  /** The goals that the golden path reached. */
  readonly goals: readonly string[];
  /** How the other path ended. */
  readonly failedBecause: string;
}

export interface Setting {
  readonly name: string;
  readonly value: string;
}
