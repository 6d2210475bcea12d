import { JuxtaError } from '../../../base/errors.ts';
import { TrainingInterruptedError } from '../../interrupted.ts';
import type { Method, TrainProgress } from '../../trainer.ts';
import { type Objective, tokensIn } from '../batches/batch.ts';
import type { StepBatches } from '../batches/plan.ts';
import type { Trainable } from '../network/trainable.ts';
import type { Pool } from '../threads/pool.ts';
import { adamwUpdate, globalNorm, type Moments } from './adamw.ts';
import { learningRateAt, type Schedule } from './schedule.ts';

/** One update's data, ready to be trained on. */
export interface Step {
  readonly batches: StepBatches;
  readonly objective: Objective;
}

export interface OptimiserOptions extends Schedule {
  readonly weightDecay: number;
  /** The gradient's largest length. */
  readonly clip: number;
}

export interface Optimisation {
  readonly pool: Pool;
  readonly trainable: Trainable;
  readonly moments: Moments;
  readonly options: OptimiserOptions;
  readonly method: Method;
  /** Updates already made (resumed from a checkpoint), and how many there are in all. */
  readonly done: number;
  readonly steps: number;
  /** The data of update `index` (from 0), called in order. */
  step(index: number): Step | Promise<Step>;
  /** Called while the threads compute, to make data ahead of time. */
  prepare?(): Promise<void>;
  /** Keeps the state after so many updates. */
  save(done: number): Promise<void>;
  /** Updates between two calls of `save`; it is also called before an interruption. */
  readonly saveEvery: number;
  onProgress(progress: TrainProgress): void;
  readonly signal: AbortSignal | undefined;
}

/**
 * Trains: gradients of each step's micro-batches, their mean, clipping, AdamW. The result is a function of the data
 * and options alone, whatever the number of threads.
 *
 * @throws TrainingInterruptedError after the step during which `signal` was aborted; JuxtaError if it diverged or a thread failed
 */
export const optimise = async (run: Optimisation): Promise<void> => {
  const { pool, trainable, moments, options, steps } = run;
  const began = performance.now();
  let tokens = 0;
  trainable.weights(pool.weights);
  pool.changed();
  for (let index = run.done; index < steps; index++) {
    if (run.signal?.aborted) {
      await run.save(index);
      throw new TrainingInterruptedError(index, steps);
    }
    const { batches, objective } = await run.step(index);
    const [{ loss, count, gradient }] = await Promise.all([
      pool.gradient(batches, objective),
      index + 1 < steps ? run.prepare?.() : undefined,
    ]);
    const mean = count === 0 ? 0 : 1 / count;
    const own = trainable.gradient(gradient);
    const norm = globalNorm(own) * mean;
    if (!Number.isFinite(norm)) {
      throw new JuxtaError('training-diverged', `The gradient of step ${index + 1} is not finite`, {
        hint: 'Lower the learning rate.',
      });
    }
    adamwUpdate(trainable.parameters, own, moments, {
      ranges: trainable.ranges,
      scale: mean * Math.min(1, options.clip / Math.max(norm, 1e-12)),
      learningRate: learningRateAt(options, index + 1, steps),
      weightDecay: options.weightDecay,
    });
    trainable.weights(pool.weights);
    pool.changed();
    tokens += tokensIn(batches);
    run.onProgress({
      method: run.method,
      step: index + 1,
      steps,
      loss: loss * mean,
      tokensPerSecond: (1000 * tokens) / (performance.now() - began),
    });
    if ((index + 1) % run.saveEvery === 0) await run.save(index + 1);
  }
};
