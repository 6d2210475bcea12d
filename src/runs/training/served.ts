/** The models of a project, opened to be served to other programs. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { JuxtaError } from '../../base/errors.ts';
import { openEmbeddedModel } from '../../models/embedded/model.ts';
import { fanningOut } from '../../models/layers/fan-out.ts';
import { createScheduler } from '../../models/layers/scheduler.ts';
import { stack } from '../../models/layers/stack.ts';
import type { Model } from '../../models/model.ts';
import { nameOfModel } from '../../models/model-name.ts';
import { baseModel, baseWeights, resolveModel } from '../../models/open.ts';
import { openProviderModel } from '../../models/provider/provider.ts';
import { isRemote } from '../../rollout/cast.ts';

/** The model that ships with Juxta, and what each run of the project has trained. */
export const servedByDefault = (projectFolder: string): readonly string[] => {
  const runs = join(projectFolder, 'runs');
  const trained = (existsSync(runs) ? readdirSync(runs) : [])
    .filter(run => existsSync(join(runs, run, 'model.safetensors')))
    .map(run => `embedded:${run}`);
  return [...(existsSync(baseWeights) ? [baseModel] : []), ...trained.sort(inOrder.compare)];
};

const inOrder = new Intl.Collator('en', { numeric: true });

/**
 * @param names as on the command line; a file is served under its own name
 * @param leaveOut called for a model that cannot be opened, which is then left out; without it, the error is thrown
 * @throws JuxtaError `no-models`, `unknown-model`, `missing-key`; BadInputError if a file is not a model's weights
 */
export const openServed = async (
  names: readonly string[],
  projectFolder: string,
  leaveOut?: (name: string, why: JuxtaError) => void,
): Promise<readonly Model[]> => {
  const opened = await Promise.all(
    names.map(async name => {
      try {
        return await openOne(name, projectFolder);
      } catch (thrown) {
        if (!leaveOut || !(thrown instanceof JuxtaError)) throw thrown;
        leaveOut(name, thrown);
        return undefined;
      }
    }),
  );
  const models = opened.filter(model => model !== undefined);
  if (models.length > 0) return models;
  throw new JuxtaError('no-models', 'there is no model to serve here', {
    hint: 'name one with --model, or train one with: juxta selftrain',
  });
};

const openOne = async (name: string, projectFolder: string): Promise<Model> => {
  if (isRemote(name)) return stack(openProviderModel(name), { retry: {}, scheduler: createScheduler() });
  const path = await resolveModel(name, projectFolder);
  const id = name.startsWith('embedded:') ? name : nameOfModel(path);
  // One sample at a time, so that a sample is the same whether it is asked for alone or with others.
  return fanningOut(await openEmbeddedModel(path, { id }), { batch: false });
};
