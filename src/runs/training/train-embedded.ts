import { join } from 'node:path';
import { JuxtaError } from '../../base/errors.ts';
import { openEnvironment } from '../../environments/open.ts';
import type { Dataset } from '../../harvest/examples.ts';
import { readDataset } from '../../harvest/read.ts';
import { stage } from '../../train/embedded/options.ts';
import { embeddedTrainer } from '../../train/embedded/trainer.ts';
import type { Method } from '../../train/trainer.ts';
import { nameOfModel } from '../project/model-name.ts';
import type { TrainPlan, TrainPlanned } from './train-plan.ts';

/**
 * The examples that each method of the sequence trains on, with what the environment knows of its tools.
 * @throws JuxtaError `wrong-data` if a method has none; BadInputError naming file, line and field
 */
export const readExamplesOf = async ({
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
    throw noExamples(path, name);
  };
  return { sft: await read('sft'), kto: await read('kto'), dpo: await read('dpo') };
};

export const noExamples = (path: string, method: Method): JuxtaError =>
  new JuxtaError('wrong-data', `${path} holds no examples for ${method}`, {
    hint: `write them with: juxta export --format trl-${method} --out FOLDER`,
  });

/** In this process. */
export const trainEmbedded: TrainPlanned = async (plan, onProgress, { signal }) => {
  const { path } = await embeddedTrainer().train(
    { id: nameOfModel(plan.base), path: plan.base },
    await readExamplesOf(plan),
    {
      stages: plan.method.map(method => stage(method, plan.changes)),
      output: join(plan.folder, 'model.safetensors'),
      dtype: 'F16',
      seed: plan.seed,
      threads: plan.threads,
      slotAugmentation: true,
      checkpoint: { path: join(plan.folder, 'checkpoint.safetensors'), every: 20 },
    },
    progress => onProgress(progress),
    signal,
  );
  return { model: path };
};
