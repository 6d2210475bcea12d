/** Everything that decides a run's result, as plain data stored with the run. */
import type { CastSpec } from '../rollout/cast.ts';
import type { Limits } from '../rollout/run-models.ts';
import type { SearchOptions } from '../search/josh/josh.ts';
import type { TrainerSpec } from '../train/registry.ts';
import type { HyperParameters, Method } from '../train/trainer.ts';
import type { Serving } from './training/serving.ts';
import type { TrainPlan } from './training/training.ts';

/** How replies are drawn in an evaluation: always the likeliest, or at a temperature. */
export type Setting = 'greedy' | 'sampled';
export const settings: readonly Setting[] = ['greedy', 'sampled'];

/** What evaluation needs to know. */
export interface EvaluateConfiguration {
  readonly cast: CastSpec;
  /** Path of the model's weights, or null for a scripted agent. */
  readonly model: string | null;
  readonly seed: number;
  /** Sampling temperature of the sampled setting (the greedy one is 0) and of rollouts. */
  readonly temperature: number;
  readonly maxMessages: number;
  readonly maxTries: number;
  readonly maxSteps: number;
  readonly threads: number;
  readonly limits: Limits;
}

/** What `juxta evaluate` does. */
export interface EvaluateRunConfiguration extends EvaluateConfiguration {
  readonly split: string;
  /** Position of the first task (default: 0). */
  readonly start?: number;
  /** Seed of the order in which positions count, as in `TaskRange`. */
  readonly shuffle?: number;
  /** null: all of a finite split. */
  readonly count: number | null;
  readonly trials: number;
  readonly settings: readonly Setting[];
}

/** What `juxta train` does: a training stage, but for where it writes. */
export type TrainConfiguration = Omit<TrainPlan, 'stage' | 'id' | 'folder' | 'secondsBefore'>;

/** What `juxta rollout` does. */
export interface RolloutConfiguration {
  readonly cast: CastSpec;
  readonly split: string;
  /** Position of the first task. */
  readonly start: number;
  /** Seed of the order in which positions count, as in `TaskRange`. */
  readonly shuffle?: number;
  /** null: to the end of a finite split. */
  readonly count: number | null;
  readonly seed: number;
  readonly temperature: number;
  readonly search: SearchOptions;
  readonly maxMessages: number;
  readonly maxSteps: number;
  readonly threads: number;
  readonly limits: Limits;
}

/** Which examples a round trains on: what the branches show, or a control. */
export type Data = 'harvest' | 'unfiltered' | 'script';

export interface SelftrainConfiguration extends EvaluateConfiguration {
  readonly model: string;
  readonly rounds: number;
  /** Trainings in sequence, for example `['sft', 'dpo']`. */
  readonly method: readonly Method[];
  readonly search: SearchOptions;
  /** Tasks per round; null: all of a finite split. */
  readonly tasks: number | null;
  /** Held-out tasks for `before` and `after`; null: all of a finite split. */
  readonly testTasks: number | null;
  readonly gateTasks: number | null;
  /** Least reward of the trees that are trained on. */
  readonly minReward: number;
  readonly data: Data;
  /** Hyper-parameters that differ from the trainer's defaults. */
  readonly training: HyperParameters;
  /** Default: embedded. */
  readonly trainer?: TrainerSpec;
  /** What the trainer starts from, where it has another name for it than the players: a folder, a name on the hub. */
  readonly base?: string;
  /** What each round trains from: the base, or what the last round that was kept ended with (default). */
  readonly from?: 'base' | 'last';
  /** The share of a round's examples that come from earlier rounds, in [0, 1) (default 0). */
  readonly mix?: number;
  /** How a trained model comes to be played; the embedded one needs nothing. */
  readonly serving?: Serving;
}
