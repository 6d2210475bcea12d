/** One training stage of a run, on a data set's files. */
import { join } from 'node:path';
import { JuxtaError } from '../base/errors.ts';
import type { EnvironmentSpec } from '../environments/open.ts';
import { openEnvironment } from '../environments/open.ts';
import type { Dataset } from '../harvest/examples.ts';
import { readDataset } from '../harvest/read.ts';
import { TrainingInterruptedError } from '../train/embedded/optimise.ts';
import { type Stage, stage } from '../train/embedded/options.ts';
import { embeddedTrainer } from '../train/embedded/trainer.ts';
import type { Method } from '../train/trainer.ts';
import { interrupted } from './interrupted.ts';
import { type LossPoint, lossCurve } from './losses.ts';
import { nameOfModel } from './model-name.ts';
import type { OnProgress } from './progress.ts';

export interface TrainPlan {
  readonly stage: string;
  readonly environment: EnvironmentSpec;
  /** Weights to start from, and the reference model of KTO and DPO. */
  readonly base: string;
  /** One data set folder or file per method. */
  readonly data: Readonly<Record<string, string>>;
  readonly method: readonly Method[];
  /** Hyper-parameters that differ from the defaults, for every method of the sequence. */
  readonly changes: Partial<Omit<Stage, 'method'>>;
  /** Where the weights, and while training the checkpoint, are written. */
  readonly folder: string;
  readonly seed: number;
  readonly threads: number;
}

export interface TrainResult {
  readonly model: string;
  readonly losses: readonly LossPoint[];
  readonly tokensPerSecond: number;
  readonly seconds: number;
}

/**
 * The examples that each method of the sequence trains on.
 * @throws JuxtaError `wrong-data` if a method has none; BadInputError naming file, line and field
 */
export const readData = async ({
  environment,
  data,
  method,
}: Pick<TrainPlan, 'environment' | 'data' | 'method'>): Promise<Dataset> => {
  const { tools } = await openEnvironment(environment);
  const read = async <M extends Method>(name: M): Promise<Dataset[M]> => {
    const path = data[name];
    if (path === undefined || !method.includes(name)) return [] as unknown as Dataset[M];
    const examples = (await readDataset(path, { tools }))[name];
    if (examples.length > 0) return examples;
    throw new JuxtaError('wrong-data', `${path} holds no examples for ${name}`, {
      hint: `write them with: juxta export --format trl-${name} --out FOLDER`,
    });
  };
  return { sft: await read('sft'), kto: await read('kto'), dpo: await read('dpo') };
};

export const trainStage = async (
  plan: TrainPlan,
  onProgress: OnProgress,
  signal?: AbortSignal,
): Promise<TrainResult> => {
  const dataset = await readData(plan);
  const started = performance.now();
  const losses = lossCurve(plan.folder);
  let speed = 0;
  try {
    const { path } = await embeddedTrainer().train(
      { id: nameOfModel(plan.base), path: plan.base },
      dataset,
      {
        stages: plan.method.map(method => stage(method, plan.changes)),
        output: join(plan.folder, 'model.safetensors'),
        dtype: 'F16',
        seed: plan.seed,
        threads: plan.threads,
        slotAugmentation: true,
        checkpoint: { path: join(plan.folder, 'checkpoint.safetensors'), every: 20 },
      },
      ({ method, step, steps, loss, tokensPerSecond }) => {
        losses.add({ method, step, loss });
        speed = tokensPerSecond;
        const note = `loss ${loss.toFixed(3)}, ${Math.round(tokensPerSecond)} tokens/s`;
        onProgress({ stage: `${plan.stage} ${method}`, done: step, total: steps, unit: 'steps', note });
      },
      signal,
    );
    const seconds = (performance.now() - started) / 1000;
    return { model: path, losses: losses.points(), tokensPerSecond: speed, seconds };
  } catch (thrown) {
    if (thrown instanceof TrainingInterruptedError) throw interrupted();
    throw thrown;
  }
};
