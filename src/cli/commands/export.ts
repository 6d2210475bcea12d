import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { JuxtaError } from '../../base/errors.ts';
import { openEnvironment } from '../../environments/open.ts';
import { definitionOf } from '../../environments/registry.ts';
import { type TemplateReport, templateCheck } from '../../harvest/check.ts';
import type { Pairing } from '../../harvest/dpo.ts';
import type { Kind } from '../../harvest/examples.ts';
import { exportDataset } from '../../harvest/export.ts';
import { examplesIn } from '../../harvest/filter.ts';
import { defaultFilters, filters } from '../../harvest/filters.ts';
import { formats } from '../../harvest/formats/formats.ts';
import { usage } from '../../harvest/named.ts';
import { nameOfModel } from '../../models/model-name.ts';
import { toolsSent } from '../../rollout/cast.ts';
import type { RolloutConfiguration, SelftrainConfiguration } from '../../runs/configuration.ts';
import { type Project, storedConfiguration } from '../../runs/project/project.ts';
import { storedTrees } from '../../runs/rollout.ts';
import { isRollOut } from '../../runs/stage-keys.ts';
import { number, whole } from '../options/options.ts';
import { perform, say, sayJson } from '../terminal/terminal.ts';
import { inProject } from './run.ts';

export interface Options {
  readonly run: string;
  readonly stage?: string;
  readonly format: string;
  readonly out: string;
  readonly minReward: number;
  readonly filters: string;
  readonly pairing: Pairing;
  readonly kinds?: string;
  readonly container: 'jsonl' | 'parquet';
  readonly tokenizer?: string;
  readonly check?: string;
  readonly values: boolean;
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
    .option(
      '--format <name>',
      `one of: ${formats.builtIn.map(usage).join(', ')}, or a module's path`,
      'trl-sft',
    )
    .requiredOption('--out <folder>', 'where the files go')
    .addOption(new Option('--min-reward <r>', 'least reward of a tree').default(1).argParser(number(0, 1)))
    .option(
      '--filters <names>',
      `steps between harvest and file, of ${filters.builtIn.map(usage).join(', ')}, or a module's path`,
      defaultFilters.join(','),
    )
    .addOption(
      new Option('--pairing <how>', 'DPO: siblings at a fork, or also what came apart below it')
        .choices(['siblings', 'all'])
        .default('siblings'),
    )
    .option(
      '--kinds <names>',
      'of sft,kto,dpo: which, for formats that carry several (default: all it carries)',
    )
    .addOption(
      new Option('--container <name>', 'how rows are stored').choices(['jsonl', 'parquet']).default('jsonl'),
    )
    .option(
      '--tokenizer <folder>',
      "the model's tokenizer files, for formats that write through its chat template",
    )
    .option(
      '--check <folder>',
      "render every example with this model's chat template and say what is lost or changed",
    )
    .option('--values', 'also write value, advantage and visits of every node, for training with RL', false)
    .addOption(new Option('--seed <n>', 'shuffles KTO rows').default(1).argParser(whole(0)))
    .option('--provenance', 'add to each row where it comes from', false)
    .option('--folder <path>', 'project folder', '.')
    .option('--json', 'end standard output with one JSON object', false)
    .addHelpText(
      'after',
      `
Examples:
  juxta export --run rollout-1 --format trl-kto --out data/kto
  juxta export --run rollout-1 --format openai --out data/openai --check path/to/tokenizer
  juxta export --run selftrain-1 --stage "round 1: roll out" --format trl-dpo --out data/dpo`,
    )
    .action((options: Options) =>
      perform(() => inProject(options.folder, project => run(options, project)), options),
    );
};

const run = async (options: Options, project: Project): Promise<void> => {
  const row = await project.store.run(options.run);
  if (!row)
    throw new JuxtaError('unknown-run', `there is no run ${JSON.stringify(options.run)}`, {
      hint: '`juxta runs` lists them',
    });
  const configuration = storedConfiguration(project, row) as RolloutConfiguration | SelftrainConfiguration;
  const stage = await stageOf(project, row.id, options.stage);
  const { cast } = configuration;
  const environment = await definitionOf(cast.environment);
  const tools = toolsSent(cast, await openEnvironment(cast.environment));
  // A folder that is no model's is told of before anything is written.
  const template = options.check === undefined ? undefined : await templateCheck(options.check);
  const counts = await exportDataset({
    trees: storedTrees(project, { run: row.id, stage }),
    tools,
    format: options.format,
    out: options.out,
    seed: options.seed,
    minReward: options.minReward,
    filters: options.filters.split(',').filter(name => name !== ''),
    pairing: options.pairing,
    ...(options.kinds !== undefined && { kinds: options.kinds.split(',') as Kind[] }),
    container: options.container,
    ...(options.tokenizer !== undefined && { tokenizer: options.tokenizer }),
    values: options.values,
    provenance: options.provenance,
    ...(template && { onExample: template.add }),
    card: {
      title: `${row.id}: ${stage}`,
      environment: environment.name,
      licence: environment.licence,
      ...(configuration.cast.model !== null && { model: nameOfModel(configuration.cast.model) }),
      settings: { seed: configuration.seed, temperature: configuration.temperature },
    },
  });
  if (row.status !== 'finished') say(`note: ${row.id} has not finished; these are its trees so far`);
  const equal = counts.equalTrees > 0 ? `${counts.equalTrees} equal to another of their task, ` : '';
  say(`${counts.trees} trees, ${equal}${counts.rewarded} with enough reward`);
  for (const { name, excludes, in: given, out, tasks } of counts.steps) {
    const lost = examplesIn(given) - examplesIn(out);
    if (lost > 0)
      say(`  ${name}: ${counted(lost, 'example')} of ${counted(tasks, 'task')} left out (${excludes})`);
  }
  for (const { file, rows } of counts.files) say(`${join(options.out, file)}: ${rows} rows`);
  if (counts.rewarded === 0) say('note: no tree earned enough; lower --min-reward, or roll out more tasks');
  if (counts.unwritable > 0)
    say(`note: ${counts.unwritable} examples that ${options.format} cannot carry were left out`);
  const check = template?.report();
  if (check) tellOfTemplate(options.check!, check);
  if (options.json) sayJson({ run: row.id, stage, ...counts, ...(check && { check }) });
};

/** What a model's own chat template made of what was exported; the exit code is 1 if anything is lost. */
const tellOfTemplate = (folder: string, report: TemplateReport): void => {
  say(
    `template of ${folder}: ${report.clean} of ${report.examples} examples come through whole, the longest has ${report.longest} tokens`,
  );
  for (const [problem, count] of Object.entries(report.problems))
    if (count > 0) say(`  ${problem}: ${count}`);
  for (const { index, kind, source, findings } of report.worst.slice(0, 5))
    for (const { problem, message } of findings.slice(0, 2))
      say(`  example ${index} (${kind}${source ? `, task ${source.task}` : ''}): ${problem}: ${message}`);
  if (report.clean < report.examples) process.exitCode = 1;
};

/** The rollout whose trees are asked for: the named one, or the last that has any. */
const stageOf = async (project: Project, run: string, name: string | undefined): Promise<string> => {
  const keys = (await project.store.stages(run)).map(stage => stage.key).filter(isRollOut);
  const stages: string[] = [];
  for (const stage of keys)
    for await (const _ of project.store.trees({ run, stage })) {
      stages.push(stage);
      break;
    }
  const found = name === undefined ? stages.at(-1) : stages.find(stage => stage === name);
  if (found !== undefined) return found;
  if (stages.length === 0)
    throw new JuxtaError('no-trees', `${run} has no trees`, { hint: 'make some with: juxta rollout' });
  throw new JuxtaError('no-trees', `${run} has no trees in a stage ${JSON.stringify(name)}`, {
    hint: `its rollouts: ${stages.join(', ')}`,
  });
};

/** @example counted(1, 'task') === '1 task' */
const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
