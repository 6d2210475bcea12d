/** `juxta export`, from code, and the trees that it takes. */
import { JuxtaError } from '../base/errors.ts';
import { openEnvironment } from '../environments/open.ts';
import { definitionOf } from '../environments/registry.ts';
import { type ExportCounts, type ExportSettings, exportDataset } from '../harvest/export.ts';
import { toolsSent } from '../rollout/cast.ts';
import type { RolloutConfiguration } from '../runs/configuration.ts';
import { openExistingProject, type Project, storedConfiguration } from '../runs/project/project.ts';
import { storedTrees } from '../runs/rollout.ts';
import { isRollOut } from '../runs/stage-keys.ts';
import type { JoshTree } from '../search/josh/tree.ts';
import { lookingInto } from './in-run.ts';

/** Which trees: of a run, and of a self-training's last rollout if no stage is named. */
export interface TreeSource {
  readonly folder?: string;
  readonly stage?: string;
}

/**
 * The trees of a run, one at a time, in the order of their tasks.
 * @example
 * for await (const tree of treesOf('rollout-1')) console.log(tree.task, tree.reward);
 * @throws JuxtaError `unknown-run`, `no-trees`
 */
export async function* treesOf(run: string, source: TreeSource = {}): AsyncGenerator<JoshTree, void> {
  const project = await openExistingProject(source.folder ?? '.');
  try {
    const { stage } = await sourceOf(project, run, source.stage);
    yield* storedTrees(project, { run, stage });
  } finally {
    await project.store.close();
  }
}

/** What `exportData` takes: a run, and how its trees become files. */
export type ExportDataSettings = Omit<ExportSettings, 'trees' | 'tools' | 'seed' | 'card'> &
  TreeSource & { readonly run: string; readonly seed?: number };

/**
 * Turns the trees of a run into training data: one file per kind of example, and a data set card.
 * @example
 * const { files } = await exportData({ run, format: 'trl-dpo', out: 'data/dpo' });
 * @throws JuxtaError `unknown-run`, `no-trees`, and as `exportDataset`
 */
export const exportData = (settings: ExportDataSettings): Promise<ExportCounts> =>
  lookingInto(settings.folder, async project => {
    const { folder: _folder, stage: named, run, ...given } = settings;
    const { stage, configuration } = await sourceOf(project, run, named);
    const { cast, seed, temperature } = configuration;
    const definition = await definitionOf(cast.environment);
    return exportDataset({
      ...given,
      trees: storedTrees(project, { run, stage }),
      tools: await toolsSent(cast, await openEnvironment(cast.environment)),
      seed: settings.seed ?? 1,
      card: {
        title: `${run}: ${stage}`,
        environment: definition.name,
        licence: definition.licence,
        settings: { seed, temperature },
      },
    });
  });

const sourceOf = async (
  project: Project,
  run: string,
  stage: string | undefined,
): Promise<{ readonly stage: string; readonly configuration: RolloutConfiguration }> => {
  const row = await project.store.run(run);
  if (!row)
    throw new JuxtaError('unknown-run', `there is no run ${JSON.stringify(run)} in ${project.folder}`, {
      hint: 'rollout(…) makes one; `juxta runs` lists them',
    });
  const stages = (await project.store.stages(run)).map(({ key }) => key).filter(isRollOut);
  const found = stage === undefined ? stages.at(-1) : stages.find(key => key === stage);
  if (found !== undefined)
    return { stage: found, configuration: storedConfiguration(project, row) as RolloutConfiguration };
  throw new JuxtaError(
    'no-trees',
    `${run} has no trees${stage === undefined ? '' : ` in a stage ${stage}`}`,
    {
      hint: stages.length > 0 ? `its rollouts: ${stages.join(', ')}` : 'make some with rollout(…)',
    },
  );
};
