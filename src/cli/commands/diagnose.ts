import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { JuxtaError } from '../../base/errors.ts';
import { resolveModel } from '../../models/open.ts';
import { isRemote } from '../../rollout/cast.ts';
import { checkModels } from '../../rollout/run-models.ts';
import { type Setting, settings } from '../../runs/configuration.ts';
import {
  type DiagnosisConfiguration,
  evaluationOf,
  runDiagnosis,
  type StoredDiagnosis,
} from '../../runs/diagnosis.ts';
import { openExistingProject, type Run } from '../../runs/project/project.ts';
import { percent } from '../../view/format.ts';
import { type LimitOptions, limitsOf, withLimits } from '../options/limits.ts';
import { type CommonOptions, whole, withCommon } from '../options/options.ts';
import { progressOn, say, sayJson } from '../terminal/terminal.ts';
import { inRun, type ResumeOption } from './run.ts';

interface Options extends CommonOptions, LimitOptions, ResumeOption {
  readonly judge?: string;
  readonly setting?: Setting;
  readonly most?: number;
}

export const addDiagnose = (program: Command): void => {
  const command = program
    .command('diagnose')
    .description('have a model say who is at fault in the failed conversations of an evaluation, and how')
    .argument('[run]', 'a finished evaluation or self-training (of which: its final evaluation)')
    .option('--judge <name>', 'the model that is asked, named like --model of `juxta evaluate`')
    .addOption(
      new Option('--setting <name>', 'only the conversations of one (default: both)').choices(settings),
    )
    .addOption(new Option('--most <n>', 'most conversations (default: all that failed)').argParser(whole(1)));
  withLimits(command);
  withCommon(command.option('--resume [run]', 'go on with a diagnosis that was stopped or killed'))
    .addHelpText(
      'after',
      `
Examples:
  juxta diagnose evaluate-1 --judge openai:gpt-…
  juxta diagnose selftrain-1 --judge http://localhost:8000/v1#judge --setting greedy --most 50`,
    )
    .action((run: string | undefined, options: Options, called: Command) =>
      inRun<Options, DiagnosisConfiguration>(
        given => configurationOf(run, given),
        (begun, configuration, { json }, signal) => diagnoseRun(begun, configuration, json, signal),
      )(options, called),
    );
};

/** @throws JuxtaError `no-evaluation`, `no-judge`, `missing-key`, `unknown-model` */
const configurationOf = async (of: string | undefined, options: Options): Promise<DiagnosisConfiguration> => {
  const { judge, folder } = options;
  if (of === undefined)
    throw new JuxtaError('no-evaluation', 'no run is named', {
      hint: '`juxta runs` lists the runs: juxta diagnose evaluate-1 --judge …',
    });
  if (judge === undefined)
    throw new JuxtaError('no-judge', 'conversations are diagnosed by a model, and none is named', {
      hint: 'name one, as strong as you can: --judge openai:gpt-…',
    });
  const project = await openExistingProject(folder);
  try {
    await evaluationOf(project, of);
    const configuration: DiagnosisConfiguration = {
      of,
      judge: isRemote(judge) ? judge : resolve(await resolveModel(judge, project.folder)),
      settings: options.setting ? [options.setting] : settings,
      most: options.most ?? null,
      seed: options.seed,
      threads: options.threads,
      limits: limitsOf(options),
    };
    checkModels({ model: configuration.judge, userModel: null }, configuration.limits);
    return configuration;
  } finally {
    await project.store.close();
  }
};

const diagnoseRun = async (
  run: Run,
  configuration: DiagnosisConfiguration,
  json: boolean,
  signal: AbortSignal,
): Promise<'finished'> => {
  const { result, spent } = await runDiagnosis(run, configuration, progressOn(process.stderr), signal);
  for (const line of linesOf(result)) say(line);
  say(`requests: ${spent}`);
  if (json) sayJson({ run: run.id, ...result });
  return 'finished';
};

const linesOf = ({
  of,
  conversations,
  failed,
  diagnoses,
  counts,
  byRule,
}: StoredDiagnosis): readonly string[] => [
  `${of}: ${failed} of ${conversations} conversations failed` +
    (diagnoses.length < failed ? `; ${diagnoses.length} were looked at` : ''),
  ...table('at fault', counts.authors, diagnoses.length),
  ...table('of the agent', counts.kinds, counts.authors.agent),
  `by rule: of ${byRule.goals} goals ${countsIn(byRule.byVerdict).join(', ') || 'none'}`,
];

const table = (title: string, counts: Readonly<Record<string, number>>, all: number): readonly string[] =>
  Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(
      ([name, count]) => `  ${title.padEnd(13)} ${words(name).padEnd(25)} ${count} (${percent(count / all)})`,
    );

const countsIn = (counts: Readonly<Record<string, number>>): readonly string[] =>
  Object.entries(counts).flatMap(([name, count]) => (count > 0 ? [`${name} ${count}`] : []));

const words = (name: string): string => name.replaceAll('_', ' ');
