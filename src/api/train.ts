/** `juxta train`, from code. */
import { resolve } from 'node:path';
import { JuxtaError } from '../base/errors.ts';
import type { JsonObject } from '../dialogue/json.ts';
import { isModulePath } from '../environments/registry.ts';
import { baseModel } from '../models/open.ts';
import { cores } from '../rollout/threads.ts';
import type { TrainConfiguration } from '../runs/configuration.ts';
import { stageKeys } from '../runs/stage-keys.ts';
import { checkPlan, type TrainResult, trainStage } from '../runs/training/training.ts';
import type { Method } from '../train/methods.ts';
import { defaultTrainer, type TrainerSpec, trainerOf, trainerTitle } from '../train/registry.ts';
import type { HyperParameters, TrainContext } from '../train/trainer.ts';
import { inRun, type RunSettings } from './in-run.ts';
import { environmentSpec, type PlayerSettings, type PlaySettings, pathOf, type Watch } from './players.ts';

/** What `train` is told: data, the model to start from, and who trains. */
export interface TrainSettings
  extends RunSettings,
    Pick<PlayerSettings, 'environment' | 'environmentOptions' | 'model'>,
    Pick<PlaySettings, 'seed' | 'threads'> {
  /** A file or folder of a data set for each method, in the order in which they are applied: `{ sft: 'data/sft', dpo: 'data/dpo' }`. */
  readonly data: Readonly<Partial<Record<Method, string>>>;
  /** A built-in trainer by name, or the path of a module whose default export is one (default: `embedded`). */
  readonly trainer?: string;
  /** The trainer's own options. */
  readonly trainerOptions?: JsonObject;
  readonly hyperparameters?: HyperParameters;
}

/** What `train` gives: the run's name, and the model that it ended with. */
export type Training = { readonly run: string } & TrainResult;

/**
 * Trains a model on exported data; a KTO or DPO is held to the model that it starts from.
 *
 * @example
 * const { run } = await train({ data: { sft: 'data/sft', dpo: 'data/dpo' }, hyperparameters: { learningRate: 1e-4 } });
 * const after = await evaluate({ model: `embedded:${run}` });
 * @param watch.approve asked before anything that costs is begun; without it, nothing that does is
 * @throws JuxtaError `interrupted` if the signal fires; `unknown-trainer`, `wrong-method`, `wrong-data`, before anything is begun; what
 *   the trainer throws
 */
export const train = (
  settings: TrainSettings,
  { onProgress, signal, approve }: Watch & Pick<TrainContext, 'approve'> = {},
): Promise<Training> =>
  inRun(
    'train',
    settings,
    () => configurationOf(settings),
    async (run, configuration) => {
      const { id, folder, project } = run;
      const result = await run.stage(stageKeys.train, ({ seconds: secondsBefore }) =>
        trainStage(
          { stage: stageKeys.train, ...configuration, id, folder, secondsBefore },
          onProgress ?? (() => undefined),
          { signal, approve },
        ),
      );
      const { method, trainer: spec, base } = configuration;
      const trainer = spec ? trainerTitle(spec) : defaultTrainer;
      const metadata = JSON.stringify({ method, trainer, hint: result.hint });
      await project.store.saveModel({ id, run: id, base, path: result.model, metadata });
      return { run: id, ...result };
    },
  );

const configurationOf = async (settings: TrainSettings): Promise<TrainConfiguration> => {
  const { data, folder = '.', model } = settings;
  const spec = trainerSpec(settings);
  const { plays, startsFrom } = await trainerOf(spec);
  const base = plays === 'in-process' ? await pathOf(model ?? baseModel, folder) : model;
  if (base === undefined)
    throw new JuxtaError('bad-option', 'no model is named to start from', { hint: `model: ${startsFrom}` });
  const configuration: TrainConfiguration = {
    ...(spec && { trainer: spec }),
    environment: environmentSpec(settings),
    base,
    method: Object.keys(data) as Method[],
    data: Object.fromEntries(Object.entries(data).map(([name, path]) => [name, resolve(path)])),
    changes: settings.hyperparameters ?? {},
    seed: settings.seed ?? 1,
    threads: settings.threads ?? cores(),
  };
  await checkPlan(configuration); // data that cannot be read are told of before a run begins
  return configuration;
};

export const trainerSpec = ({
  trainer,
  trainerOptions: options,
}: Pick<TrainSettings, 'trainer' | 'trainerOptions'>): TrainerSpec | undefined => {
  if (trainer === undefined) return undefined;
  return {
    ...(isModulePath(trainer) ? { module: resolve(trainer) } : { name: trainer }),
    ...(options && { options }),
  };
};
