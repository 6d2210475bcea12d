/** One training stage of a run, on a data set's files, with whichever trainer. */
import { interrupted } from '../../rollout/interrupted.ts';
import { TrainingInterruptedError } from '../../train/embedded/optimiser/optimise.ts';
import { type LossPoint, lossCurve } from '../project/losses.ts';
import type { OnProgress } from '../project/progress.ts';
import { readExamplesOf, trainEmbedded } from './train-embedded.ts';
import { checkHosted, trainHosted } from './train-hosted.ts';
import type { Trained, TrainPlan, TrainPlanned } from './train-plan.ts';
import { checkTrl, trainTrl } from './train-trl.ts';
import type { Approve, TrainerSpec } from './trainer-spec.ts';

export type { TrainPlan } from './train-plan.ts';

export interface TrainResult extends Trained {
  readonly losses: readonly LossPoint[];
  readonly tokensPerSecond: number;
  readonly seconds: number;
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
