/** From a round's trees to its data set: files in TRL's shapes, which the embedded trainer and others can read. */
import { join } from 'node:path';
import { JuxtaError } from '../base/errors.ts';
import { openEnvironment } from '../environments/open.ts';
import { definitionOf } from '../environments/registry.ts';
import { exportDataset } from '../harvest/export.ts';
import { nameOfModel } from '../models/model-name.ts';
import { toolsSent } from '../rollout/cast.ts';
import { formatFor } from '../train/methods.ts';
import type { SelftrainConfiguration } from './configuration.ts';
import type { Run } from './project/project.ts';
import { storedTrees } from './rollout.ts';

export interface HarvestResult {
  /** One folder per method of the training sequence. */
  readonly folders: Readonly<Record<string, string>>;
  readonly rows: Readonly<Record<string, number>>;
}

/** @throws JuxtaError `nothing-harvested` if no tree earned enough to be trained on */
export const harvestStage = async (
  run: Run,
  configuration: SelftrainConfiguration,
  { from, folder }: { readonly from: string; readonly folder: string },
): Promise<HarvestResult> => {
  const { cast } = configuration;
  const environment = await definitionOf(cast.environment);
  const tools = await toolsSent(cast, await openEnvironment(cast.environment));
  const folders: Record<string, string> = {};
  const rows: Record<string, number> = {};
  for (const method of new Set(configuration.method)) {
    const out = join(folder, 'dataset', method);
    const { files } = await exportDataset({
      trees: storedTrees(run.project, { run: run.id, stage: from }),
      tools,
      format: formatFor(method),
      out,
      seed: configuration.seed,
      minReward: configuration.minReward,
      ...(configuration.data !== 'harvest' && { filters: ['malformed-calls'] }),
      card: {
        title: `${run.id}: ${from}`,
        model: nameOfModel(configuration.cast.model ?? configuration.model),
        environment: environment.name,
        licence: environment.licence,
        settings: {
          seed: configuration.seed,
          temperature: configuration.temperature,
          beam: configuration.search.beam,
        },
      },
    });
    folders[method] = out;
    rows[method] = files.reduce((sum, file) => sum + file.rows, 0);
    if (rows[method] === 0)
      throw new JuxtaError('nothing-harvested', `no ${method} examples came out of ${from}`, {
        hint: 'roll out more tasks, widen --beam, or lower --min-reward',
        // With the same trees and options, the same nothing would come out again.
        permanent: true,
      });
  }
  return { folders, rows };
};
