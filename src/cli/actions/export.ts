import { join } from 'node:path';
import { JuxtaError } from '../../base/errors.ts';
import { openEnvironment } from '../../environments/open.ts';
import { definitionOf } from '../../environments/registry.ts';
import { type TemplateReport, templateCheck } from '../../harvest/check.ts';
import type { Kind } from '../../harvest/examples.ts';
import { exportDataset } from '../../harvest/export.ts';
import { examplesIn } from '../../harvest/filter.ts';
import { nameOfModel } from '../../models/model-name.ts';
import { toolsSent } from '../../rollout/cast.ts';
import type { RolloutConfiguration, SelftrainConfiguration } from '../../runs/configuration.ts';
import { type Project, storedConfiguration } from '../../runs/project/project.ts';
import { storedTrees } from '../../runs/rollout.ts';
import { isRollOut } from '../../runs/stage-keys.ts';
import type { Action } from '../commands/command.ts';
import type { Options } from '../commands/export.ts';
import { say } from '../terminal/terminal.ts';
import { inProject } from './run.ts';

export const action: Action<Options> = options =>
  inProject(options, project => exportTrees(options, project));

const exportTrees = async (options: Options, project: Project): Promise<object> => {
  const row = await project.store.run(options.run);
  if (!row)
    throw new JuxtaError('unknown-run', `there is no run ${JSON.stringify(options.run)}`, {
      hint: '`juxta runs` lists them',
    });
  const configuration = storedConfiguration(project, row) as RolloutConfiguration | SelftrainConfiguration;
  const stage = await stageOf(project, row.id, options.stage);
  const { cast } = configuration;
  const environment = await definitionOf(cast.environment);
  const tools = await toolsSent(cast, await openEnvironment(cast.environment));
  // A folder that is no model's is told of before anything is written.
  const template = options.check === undefined ? undefined : await templateCheck(options.check);
  const counts = await exportDataset({
    trees: storedTrees(project, { run: row.id, stage }),
    tools,
    format: options.format,
    out: options.out,
    seed: options.seed,
    minReward: options.minReward,
    ...(options.filters !== undefined && {
      filters: options.filters.split(',').filter(name => name !== ''),
    }),
    rule: options.rule,
    reasoning: options.reasoning,
    ...(options.check !== undefined && { target: options.check }),
    ...(options.turns && { turns: options.turns }),
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
  if (counts.mended > 0)
    say(`note: in ${counted(counts.mended, 'example')} halves of surrogate pairs were replaced by U+FFFD`);
  const check = template?.report();
  if (check) tellOfTemplate(options.check!, check);
  return { run: row.id, stage, ...counts, ...(check && { check }) };
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
