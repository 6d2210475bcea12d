import { type Command, Option } from 'commander';
import { JuxtaError } from '../base/errors.ts';
import { openEnvironment } from '../environments/open.ts';
import { exportDataset } from '../harvest/export.ts';
import { defaultFilters } from '../harvest/filters.ts';
import { formats } from '../harvest/formats/formats.ts';
import type { RolloutConfiguration, SelftrainConfiguration } from '../runs/configuration.ts';
import { openProject } from '../runs/project.ts';
import { storedTrees } from '../runs/rollout.ts';
import { number, whole } from './options.ts';
import { perform, say } from './terminal.ts';

interface Options {
  readonly run: string;
  readonly stage?: string;
  readonly format: string;
  readonly out: string;
  readonly minReward: number;
  readonly filters: string;
  readonly seed: number;
  readonly provenance: boolean;
  readonly folder: string;
  readonly json: boolean;
}

export const addExport = (program: Command): void => {
  program
    .command('export')
    .description('turn the trees of a run into training data')
    .requiredOption('--run <run>', 'a rollout or self-training run')
    .option('--stage <name>', 'of a self-training run: which rollout (default: the last)')
    .option('--format <name>', `one of: ${formats.map(format => format.name).join(', ')}`, 'trl-sft')
    .requiredOption('--out <folder>', 'where the files go')
    .addOption(new Option('--min-reward <r>', 'least reward of a tree').default(1).argParser(number(0, 1)))
    .option('--filters <names>', 'steps between harvest and file, by name', defaultFilters.join(','))
    .addOption(new Option('--seed <n>', 'shuffles KTO rows').default(1).argParser(whole(0)))
    .option('--provenance', 'add to each row where it comes from', false)
    .option('--folder <path>', 'project folder', '.')
    .option('--json', 'end standard output with one JSON object', false)
    .addHelpText(
      'after',
      `
Examples:
  juxta export --run rollout-1 --format trl-kto --out data/kto
  juxta export --run selftrain-1 --stage "round 1: roll out" --format trl-dpo --out data/dpo`,
    )
    .action((options: Options) => perform(() => run(options)));
};

const run = async (options: Options): Promise<void> => {
  const project = await openProject(options.folder);
  try {
    const row = await project.store.run(options.run);
    if (!row)
      throw new JuxtaError('unknown-run', `there is no run ${JSON.stringify(options.run)}`, {
        hint: '`juxta runs` lists them',
      });
    const configuration = JSON.parse(row.configuration) as RolloutConfiguration | SelftrainConfiguration;
    const { tools } = await openEnvironment(configuration.cast.environment);
    const stages = (await project.store.stages(row.id)).filter(stage => stage.key.endsWith('roll out'));
    const stage = options.stage ?? (row.kind === 'rollout' ? 'roll out' : stages.at(-1)?.key);
    if (stage === undefined)
      throw new JuxtaError('no-trees', `${row.id} has no trees`, { hint: 'make some with: juxta rollout' });
    const counts = await exportDataset({
      trees: storedTrees(project, { run: row.id, stage }),
      tools,
      format: options.format,
      out: options.out,
      seed: options.seed,
      minReward: options.minReward,
      filters: options.filters.split(',').filter(name => name !== ''),
      provenance: options.provenance,
      card: {
        title: `${row.id}: ${stage}`,
        environment: configuration.cast.environment.name,
        ...(configuration.cast.model !== null && { model: configuration.cast.model }),
        settings: { seed: configuration.seed, temperature: configuration.temperature },
      },
    });
    if (counts.trees === 0)
      throw new JuxtaError('no-trees', `${row.id} has no trees in its stage ${JSON.stringify(stage)}`, {
        hint: `its stages: ${stages.map(known => known.key).join(', ')}`,
      });
    say(`${counts.trees} trees, ${counts.rewarded} with enough reward`);
    for (const { name, says, in: given, out } of counts.steps) {
      const lost = total(given) - total(out);
      if (lost > 0) say(`  ${name}: ${lost} left out (${says})`);
    }
    for (const { file, rows } of counts.files) say(`${options.out}/${file}: ${rows} rows`);
    if (options.json) say(JSON.stringify({ run: row.id, stage, ...counts }));
  } finally {
    await project.store.close();
  }
};

const total = (counts: { sft: number; ktoGood: number; ktoBad: number; dpo: number }): number =>
  counts.sft + counts.ktoGood + counts.ktoBad + counts.dpo;
