/**
 * What the viewer's server tells its page, as JSON. The page imports these types and nothing else of the sources.
 *
 * - `GET /api/runs` → `RunSummary[]`, newest first
 * - `GET /api/runs/RUN` → `RunDetail`
 * - `GET /api/runs/RUN/trees?stage=…` (`TreeQuery`) → `TreePage`
 * - `GET /api/runs/RUN/tree?stage=…&task=…&seed=…` → `TreeDetail`
 * - `GET /api/runs/RUN/learning` → `LearningDetail`
 * - `GET /api/runs/RUN/conversations?stage=…` (`ConversationQuery`) → `ConversationPage`
 * - `GET /api/runs/RUN/conversation?stage=…&task=…&seed=…` → `ConversationDetail`
 * - `GET /api/evaluations` → `EvaluationName[]`, newest run first
 * - `GET /api/comparison?before=RUN&beforeStage=…&after=RUN&afterStage=…` → `ComparisonDetail`
 * - `POST /api/runs/RUN/state?stage=…&task=…&seed=…&path=…` → `StateDetail`: makes the calls up to a node again
 * - `GET /api/live` → server-sent events `change`, each with `Change`
 *
 * Whatever fails is answered with its status and `Failure`.
 */
import type { Cause, Turn, Usage } from '../../dialogue/turn.ts';
import type { GoalAnalysis } from '../../evaluate/errors.ts';

export interface RunSummary {
  readonly id: string;
  /** For example `rollout`, `selftrain`. */
  readonly kind: string;
  /** A run that is recorded as running but held by no process was killed. */
  readonly status: 'running' | 'finished' | 'stopped' | 'failed' | 'killed';
  /** ISO 8601. */
  readonly started: string;
  readonly finished: string | null;
  /** What is played, for example `hamlet`; null if the run does not tell. */
  readonly environment: string | null;
  /** What came out of it in a few words; null if nothing has yet. */
  readonly outcome: string | null;
  readonly trees: number;
  readonly conversations: number;
  /** Wall time of all stages, if they were measured. */
  readonly seconds: number | null;
  /** Spent on models over a network; null if none were asked. */
  readonly usd: number | null;
}

export interface RunDetail extends RunSummary {
  readonly stages: readonly StageSummary[];
  /** What remote models took and what failed on the way, a line each. */
  readonly requests: readonly string[];
  /** What it was begun with. */
  readonly configuration: unknown;
}

export interface StageSummary {
  readonly key: string;
  /** Unfinished: its run no longer runs. Null for what is kept under a key of its own within another stage. */
  readonly status: 'running' | 'finished' | 'unfinished' | null;
  readonly seconds: number | null;
  readonly peakMemoryBytes: number | null;
  /** Trees or conversations that it will hold when it is done; null if the run does not tell. */
  readonly expected: number | null;
  /** At the pace so far, while it runs. */
  readonly secondsLeft: number | null;
  readonly trees: TreeStage | null;
  readonly conversations: readonly EvaluationStage[];
}

export interface TreeStage {
  readonly count: number;
  readonly averageReward: number;
  readonly full: number;
  readonly faults: number;
}

export interface EvaluationStage {
  readonly setting: 'greedy' | 'sampled';
  readonly count: number;
  /** Of conversations that no fault ended, with Wilson's 95 % interval; null without any. */
  readonly success: { readonly value: number; readonly low: number; readonly high: number } | null;
  readonly averageReward: number;
  readonly faults: number;
}

export type TreeOutcome = 'full' | 'partial' | 'none' | 'fault';
export type TreeOrder = 'task' | 'reward' | 'nodes' | 'newest';

/** As query parameters. */
export interface TreeQuery {
  readonly stage: string;
  /** Part of the task's id or type. */
  readonly search?: string;
  readonly type?: string;
  readonly outcome?: TreeOutcome;
  /** Some line ended so. */
  readonly cause?: Cause;
  /** Something that was said, called or answered holds these words. */
  readonly words?: string;
  /** Default `task`. */
  readonly order?: TreeOrder;
  /** Default 0. */
  readonly offset?: number;
  /** At most 500, default 100. */
  readonly limit?: number;
}

/** What names a tree within its run. */
export interface TreeKey {
  readonly stage: string;
  readonly task: string;
  readonly seed: number;
}

export interface TreeHeader extends TreeKey {
  readonly taskType: string;
  /** In [0, 1]. */
  readonly reward: number;
  readonly goals: number;
  readonly nodes: number;
  readonly rounds: number;
  /** Why the whole search was cut short. */
  readonly fault: string | null;
}

export interface TreePage {
  /** How many trees match. */
  readonly total: number;
  readonly rows: readonly TreeHeader[];
  /** All types of task in the stage, to filter by. */
  readonly types: readonly string[];
}

export interface TreeDetail extends Omit<TreeHeader, 'goals' | 'nodes' | 'fault'> {
  readonly run: string;
  readonly systemPrompt: string;
  readonly goals: readonly string[];
  readonly fault: { readonly cause: Cause; readonly message: string } | null;
  readonly collapses: readonly CollapseDetail[];
  /** In the order in which they were born: parents before children. */
  readonly nodes: readonly NodeDetail[];
  /** Where the conversation was branched and the branches came to different ends, in order of birth. */
  readonly forks: readonly Fork[];
  /** The stage's trees before and after it, by task, of those that earned something: there something can be compared. */
  readonly previous: TreeKey | null;
  readonly next: TreeKey | null;
}

/** The moment at which the tree fell together to the line that earned a reward. */
export interface CollapseDetail {
  readonly path: string;
  readonly turns: number;
  readonly goals: readonly string[];
  readonly round: number;
}

export interface NodeDetail {
  readonly path: string;
  readonly parent: string | null;
  readonly segment: number;
  readonly turns: readonly Turn[];
  readonly rewards: readonly {
    readonly goals: readonly string[];
    readonly turn: number;
    readonly credited: boolean;
  }[];
  readonly cause: Cause | null;
  readonly successful: boolean;
  readonly golden: boolean;
  readonly usage: Usage;
  /** Lines that end at or under it, those that a fault ended apart. */
  readonly lines: number;
  /** Mean over those lines of the goals that are reached from here on. */
  readonly return: number;
  readonly became: readonly Became[];
}

/** What the harvest makes of a node. */
export type Became =
  | 'sft'
  | 'kto-good'
  | 'kto-bad'
  | 'dpo-chosen'
  | 'dpo-rejected'
  /** A negative that is withheld, because a fault ended it. */
  | 'withheld'
  /** A negative whose words a line that won also said. */
  | 'contradicted';

export interface Fork {
  /** The node that was branched. */
  readonly path: string;
  /** The child that won: golden if one is, else successful. */
  readonly winner: string;
  readonly siblings: readonly string[];
}

/** What a run's trainings did; empty lists if it trained nothing. */
export interface LearningDetail {
  /** Mean of greedy and sampled success on the gate set before the first round. */
  readonly gateBefore: number | null;
  readonly rounds: readonly LearnedRound[];
  readonly losses: readonly LossCurve[];
}

/** Null: not yet, or not measured. */
export interface LearnedRound {
  readonly round: number;
  /** Of its trees. */
  readonly averageReward: number | null;
  /** By kind. */
  readonly examples: Readonly<Record<string, number>> | null;
  /** Nats, to the base. */
  readonly klPerToken: number | null;
  /** As `gateBefore`, after its training. */
  readonly gate: number | null;
  readonly kept: boolean | null;
}

export interface LossCurve {
  /** For example `round 1, SFT`. */
  readonly name: string;
  readonly points: readonly (readonly [step: number, loss: number])[];
}

export type ConversationOutcome = 'success' | 'failure' | 'fault';

/** As query parameters. */
export interface ConversationQuery {
  readonly stage: string;
  /** Part of the task's id or type. */
  readonly search?: string;
  readonly outcome?: ConversationOutcome;
  /** Default 0. */
  readonly offset?: number;
  /** At most 500, default 100. */
  readonly limit?: number;
}

/** An evaluated conversation. */
export interface ConversationHeader extends TreeKey {
  readonly setting: 'greedy' | 'sampled';
  readonly taskType: string;
  readonly reward: number;
  readonly success: boolean;
  readonly turns: number;
  readonly calls: number;
  /** The cause that ended it, if that was no doing of the agent. */
  readonly fault: string | null;
}

export interface ConversationPage {
  readonly total: number;
  readonly rows: readonly ConversationHeader[];
}

export interface ConversationDetail extends ConversationHeader {
  readonly run: string;
  readonly transcript: readonly Turn[];
  /** What became of each goal, as error analysis has it. */
  readonly goals: readonly GoalAnalysis[];
}

/** What can be compared. */
export interface EvaluationName {
  readonly run: string;
  readonly stage: string;
  readonly setting: 'greedy' | 'sampled';
  readonly conversations: number;
}

/** A figure with its 95 % interval; null where there is none (nothing to divide by). */
export interface Interval {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

export interface Compared {
  readonly pairs: number;
  readonly before: Interval;
  readonly after: Interval;
  readonly difference: Interval;
  readonly ratio: Interval;
  readonly p: number | null;
}

/** Two evaluations over the conversations that have the same task and seed in both. */
export interface ComparisonDetail {
  readonly success: Compared;
  readonly reward: Compared;
  readonly byType: readonly { readonly type: string; readonly success: Compared }[];
  /** Pairs left out because a fault ended one side. */
  readonly faulty: number;
  /** Conversations left out because the other side has none of that task and seed. */
  readonly unmatched: number;
  /** Tasks that succeed on one side alone. */
  readonly flips: readonly Flip[];
}

export interface Flip {
  readonly task: string;
  readonly seed: number;
  readonly taskType: string;
  readonly before: number;
  readonly after: number;
  readonly won: boolean;
}

/** What a node's calls changed in the environment; null, with the reason, where that cannot be told. */
export interface StateDetail {
  readonly changes: readonly StateChange[] | null;
  readonly why: string | null;
}

export interface StateChange {
  /** Dotted; empty for the state as a whole. */
  readonly path: string;
  /** As text; null: there was nothing. */
  readonly before: string | null;
  readonly after: string | null;
}

/** Something was written: whatever is shown may be old. */
export interface Change {
  readonly trees: number;
  readonly evaluations: number;
  readonly runs: string;
}

export interface Failure {
  readonly error: { readonly message: string; readonly code: string | null; readonly hint?: string };
}
