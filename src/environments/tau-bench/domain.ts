import type { Pace, Tool } from '../environment.ts';
import type { Base, Database } from './database.ts';
import type { TauTask } from './task.ts';
import type { Binding, TauTool } from './tools/tool.ts';

/**
 * What a finished conversation is judged by. `all`: the database, and the outputs of a task that has some (the release that our
 * data are from). `outputs-first`: of a task that has outputs only these, of any other the database (the JOSH repository's copy).
 */
export type RewardRule = 'all' | 'outputs-first';

/** All that makes one domain: what its files say and what its tools do. */
export interface TauDomain {
  /** The environment's name, for example `tau-retail`. */
  readonly name: string;
  readonly policy: string;
  readonly base: Base;
  /** By name, in the environment's order. */
  readonly tools: ReadonlyMap<string, TauTool>;
  /** The same tools as a model is told of them. */
  readonly schemas: readonly Tool[];
  readonly bind: Binding;
  /** What an agent is told that calls a tool which is none. */
  readonly unknownTool: (name: string) => string;
  readonly splits: ReadonlyMap<string, readonly TauTask[]>;
  /** What a reward asks for (default: all). */
  readonly rewardRule?: RewardRule;
  /** Default: the first version's. */
  readonly pace?: Pace;
  /** Said beside every result. */
  readonly remarks: readonly string[];
  /** What the ground truths leave behind, as far as worked out. */
  readonly truths: WeakMap<TauTask, Database>;
}

/** Where a conversation stands. Immutable: a fork keeps a reference. */
export interface TauState {
  readonly database: Database;
  /** True if a tool had no answer at all: the conversation is over and worth nothing. */
  readonly aborted: boolean;
}
