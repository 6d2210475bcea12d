/** One training stage of a run, on a data set's files, with whichever trainer. */
import { basename } from 'node:path';
import { interrupted } from '../../rollout/interrupted.ts';
import { TrainingInterruptedError } from '../../train/interrupted.ts';
import { refuseForeign } from '../../train/refuse.ts';
import { type TrainerSpec, trainerOf, trainerOptions } from '../../train/registry.ts';
import type { TrainContext, Trained, TrainJob } from '../../train/trainer.ts';
import { type LossPoint, lossCurve } from '../project/losses.ts';
import type { OnProgress } from '../project/progress.ts';

export type Approve = NonNullable<TrainContext['approve']>;

export interface TrainPlan extends Omit<TrainJob, 'id' | 'methods' | 'options' | 'hyperparameters'> {
  readonly stage: string;
  /** Default: the embedded one. */
  readonly trainer?: TrainerSpec;
  /** What the new model is called where it is served (default: the last part of `folder`). */
  readonly id?: string;
  readonly method: TrainJob['methods'];
  /** Hyper-parameters that differ from the trainer's own, for every method of the sequence. */
  readonly changes: TrainJob['hyperparameters'];
  /** Of earlier processes at the same stage (default: 0). */
  readonly secondsBefore?: number;
}

export interface TrainResult extends Trained {
  readonly losses: readonly LossPoint[];
  readonly tokensPerSecond: number;
  readonly seconds: number;
  /** Of examples that were not learnt as they are. */
  readonly warnings?: readonly string[];
}

/** How a training stage and the person who waits for it hear of each other. */
export interface StageContext extends Pick<TrainContext, 'signal' | 'approve'> {
  /** Told what somebody should know of the data. */
  readonly tell?: ((text: string) => void) | undefined;
}

/**
 * Says before a run begins what would keep its training from being begun.
 * @throws JuxtaError `unknown-trainer`, `wrong-method`, `bad-option`; what the trainer's own check throws
 */
export const checkPlan = async (plan: Omit<TrainPlan, 'stage' | 'folder'>): Promise<void> => {
  const trainer = await trainerOf(plan.trainer);
  const job = { ...plan, methods: plan.method, hyperparameters: plan.changes };
  refuseForeign(trainer, job);
  await trainer.check({ ...job, id: plan.id ?? '', options: trainerOptions(trainer, plan.trainer?.options) });
};

/** Trains, or goes on with a training that was cut short. @throws JuxtaError `interrupted`; what the trainer throws */
export const trainStage = async (
  { stage, trainer: spec, method: methods, changes: hyperparameters, secondsBefore = 0, ...plan }: TrainPlan,
  onProgress: OnProgress,
  { signal, approve, tell }: StageContext = {},
): Promise<TrainResult> => {
  const started = performance.now();
  const losses = lossCurve(plan.folder);
  let speed = 0;
  const warnings: string[] = [];
  const trainer = await trainerOf(spec);
  const options = trainerOptions(trainer, spec?.options);
  try {
    const trained = await trainer.train(
      { id: basename(plan.folder), ...plan, methods, hyperparameters, options },
      {
        onProgress: ({ method, step, steps, loss, tokensPerSecond }, words) => {
          if (Number.isFinite(loss)) losses.add({ method, step, loss });
          speed = tokensPerSecond;
          const figures = [
            ...(Number.isFinite(loss) ? [`loss ${loss.toFixed(3)}`] : []),
            ...(tokensPerSecond > 0 ? [`${Math.round(tokensPerSecond)} tokens/s`] : []),
            ...(words === undefined ? [] : [words]),
          ];
          const total = Math.max(1, steps);
          onProgress({
            stage: `${stage} ${method}`,
            done: step,
            total,
            unit: 'steps',
            note: figures.join(', '),
          });
        },
        onWarning: text => {
          warnings.push(text);
          tell?.(text);
        },
        signal,
        approve,
      },
    );
    const seconds = secondsBefore + (performance.now() - started) / 1000;
    const noted = warnings.length > 0 && { warnings };
    return { ...trained, losses: losses.points(), tokensPerSecond: speed, seconds, ...noted };
  } catch (thrown) {
    if (thrown instanceof TrainingInterruptedError || signal?.aborted) throw interrupted();
    throw thrown;
  }
};
