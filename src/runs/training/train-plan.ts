/** What a training stage is to do, and what a trainer makes of it. */
import type { EnvironmentSpec } from '../../environments/open.ts';
import type { Stage } from '../../train/embedded/options.ts';
import type { Method, TrainProgress } from '../../train/trainer.ts';
import type { Approve, TrainerSpec } from './trainer-spec.ts';

export interface TrainPlan {
  readonly stage: string;
  /** Default: embedded. */
  readonly trainer?: TrainerSpec;
  /** What the new model is called where it is served (default: the last part of `folder`). */
  readonly id?: string;
  readonly environment: EnvironmentSpec;
  /** What to start from, and the reference of KTO and DPO: weights, a folder or name on the hub, a service's model. */
  readonly base: string;
  /** One data set folder or file per method. */
  readonly data: Readonly<Record<string, string>>;
  readonly method: readonly Method[];
  /** Hyper-parameters that differ from the trainer's own, for every method of the sequence. */
  readonly changes: Partial<Omit<Stage, 'method'>>;
  /** Where data, weights and checkpoints are written. */
  readonly folder: string;
  readonly seed: number;
  readonly threads: number;
  /** Of earlier processes at the same stage (default: 0). */
  readonly secondsBefore?: number;
}

/** What a trainer made: the weights' path, the adapter's folder, or the name of a service's model. */
export interface Trained {
  readonly model: string;
  /** How to serve and call it, for a person; the embedded model needs none. */
  readonly hint?: string;
}

/** A trainer's way through a plan. */
export type TrainPlanned = (
  plan: TrainPlan,
  onProgress: (progress: TrainProgress, note?: string) => void,
  context: TrainContext,
) => Promise<Trained>;

export interface TrainContext {
  readonly signal?: AbortSignal | undefined;
  /** Without it, nothing that costs is begun. */
  readonly approve?: Approve | undefined;
}
