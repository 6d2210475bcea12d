/**
 * The shapes of what is stored. The store knows rows, not meaning: whatever has structure of its own travels as JSON text
 * that the store gives back byte for byte, and only its writers and readers parse it.
 */

/** JSON as text. */
export type JsonText = string;

export interface RunRow {
  readonly id: string;
  /** For example `rollout`, `selftrain`, `train`, `evaluate`. */
  readonly kind: string;
  readonly name: string;
  /** The resolved configuration. */
  readonly configuration: JsonText;
  readonly status: 'running' | 'finished' | 'stopped' | 'failed';
  /** ISO 8601, given by the caller: the store reads no clock. */
  readonly started: string;
  readonly finished: string | null;
  readonly parent: string | null;
}

/** A step of a run that is done once: what lets a killed run go on where it was. */
export interface StageRow {
  readonly run: string;
  /** For example `round-1/rollout`. */
  readonly key: string;
  readonly status: 'running' | 'finished';
  readonly result: JsonText | null;
  /** What the work has taken so far, over all processes that did it; null if nobody measured it. */
  readonly cost: JsonText | null;
}

/** What a run has spent on models that are reached over a network. */
export interface SpendingRow {
  readonly run: string;
  readonly usd: number;
  readonly tokens: number;
  readonly calls: number;
}

/** How often something happened in a run, for example `fault rate-limit`. */
export interface EventRow {
  readonly run: string;
  readonly name: string;
  readonly count: number;
}

/** Names one tree, or one evaluated conversation: the same key is the same work. */
export interface TaskKey {
  readonly run: string;
  readonly stage: string;
  readonly task: string;
  readonly seed: number;
}

export interface TreeRow extends TaskKey {
  readonly reward: number;
  /** Why the whole search was cut short, or null. */
  readonly fault: string | null;
  /** All of the tree but its nodes. */
  readonly summary: JsonText;
}

export interface NodeRow {
  readonly path: string;
  readonly parent: string | null;
  readonly segment: number;
  readonly successful: boolean;
  readonly golden: boolean;
  readonly cause: string | null;
  readonly rewards: JsonText;
  readonly turns: JsonText;
}

export interface ExampleRow {
  readonly run: string;
  readonly stage: string;
  /** @example 'dpo' */
  readonly kind: string;
  /** Position in its data set. */
  readonly ordinal: number;
  readonly task: string;
  readonly example: JsonText;
}

export interface ModelRow {
  readonly id: string;
  readonly run: string;
  /** Id of the model that it was trained from. */
  readonly base: string;
  /** Where its weights lie. */
  readonly path: string;
  readonly metadata: JsonText;
}

export interface EvaluationRow extends TaskKey {
  readonly setting: 'greedy' | 'sampled';
  readonly taskType: string;
  readonly reward: number;
  readonly success: boolean;
  readonly turns: number;
  readonly calls: number;
  /** The cause that ended it, if that was no doing of the agent; else null. */
  readonly fault: string | null;
  readonly failures: JsonText;
  readonly transcript: JsonText;
}

/** An answer that all runs share. */
export interface CachedRow {
  readonly key: string;
  readonly value: JsonText;
}

/** A paid answer of a model. `key` says where in the run it was needed, `request` is the hash of what was asked. */
export interface CompletionRow {
  readonly run: string;
  readonly key: string;
  readonly request: string;
  readonly completion: JsonText;
}
