/** One training stage of a run, on a data set's files, with whichever trainer. */
import type { EnvironmentSpec } from '../../environments/open.ts';
import { interrupted } from '../../rollout/interrupted.ts';
import { TrainingInterruptedError } from '../../train/embedded/optimiser/optimise.ts';
import type { Stage } from '../../train/embedded/options.ts';
import type { Method, TrainProgress } from '../../train/trainer.ts';
import { type LossPoint, lossCurve } from '../project/losses.ts';
import type { OnProgress } from '../project/progress.ts';
import { readExamplesOf, trainEmbedded } from './train-embedded.ts';
import { checkHosted, trainHosted } from './train-hosted.ts';
import { checkTrl, trainTrl } from './train-trl.ts';
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

export interface TrainResult extends Trained {
  readonly losses: readonly LossPoint[];
  readonly tokensPerSecond: number;
  readonly seconds: number;
}

/** A trainer's way through a plan. */
export type TrainPlanned = (
  plan: TrainPlan,
  onProgress: (progress: TrainProgress, note?: string) => void,
  means: TrainMeans,
) => Promise<Trained>;

export interface TrainMeans {
  readonly signal?: AbortSignal | undefined;
  /** Without it, nothing that costs is begun. */
  readonly approve?: Approve | undefined;
}

const trainers: Readonly<Record<TrainerSpec['name'], TrainPlanned>> = {
  embedded: trainEmbedded,
  trl: trainTrl,
  openai: trainHosted,
  azure: trainHosted,
  together: trainHosted,
};

/**
 * Says before a run begins what would keep its training from being begun.
 * @throws JuxtaError `wrong-data`, `unknown-preset`, `wrong-method`, `reserved-setting`, `missing-key`, `bad-option`,
 *   `cannot-start`; BadInputError naming file, line and field
 */
export const checkPlan = async (plan: Omit<TrainPlan, 'stage' | 'folder'>): Promise<void> => {
  if (plan.trainer?.name === 'trl') return checkTrl(plan);
  if (plan.trainer && plan.trainer.name !== 'embedded') return checkHosted(plan);
  await readExamplesOf(plan);
};

/** Trains, or goes on with a training that was cut short. @throws JuxtaError `interrupted`; what the trainer throws */
export const trainStage = async (
  plan: TrainPlan,
  onProgress: OnProgress,
  signal?: AbortSignal,
  approve?: Approve,
): Promise<TrainResult> => {
  const started = performance.now();
  const losses = lossCurve(plan.folder);
  let speed = 0;
  try {
    const trained = await trainers[plan.trainer?.name ?? 'embedded'](
      plan,
      ({ method, step, steps, loss, tokensPerSecond }, words) => {
        if (Number.isFinite(loss)) losses.add({ method, step, loss });
        speed = tokensPerSecond;
        const figures = [
          ...(Number.isFinite(loss) ? [`loss ${loss.toFixed(3)}`] : []),
          ...(tokensPerSecond > 0 ? [`${Math.round(tokensPerSecond)} tokens/s`] : []),
          ...(words === undefined ? [] : [words]),
        ];
        const stage = `${plan.stage} ${method}`;
        onProgress({ stage, done: step, total: Math.max(1, steps), unit: 'steps', note: figures.join(', ') });
      },
      { signal, approve },
    );
    const seconds = (plan.secondsBefore ?? 0) + (performance.now() - started) / 1000;
    return { ...trained, losses: losses.points(), tokensPerSecond: speed, seconds };
  } catch (thrown) {
    if (thrown instanceof TrainingInterruptedError || signal?.aborted) throw interrupted();
    throw thrown;
  }
};
