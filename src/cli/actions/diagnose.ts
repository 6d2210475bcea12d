import { resolve } from 'node:path';
import { JuxtaError } from '../../base/errors.ts';
import { resolveModel } from '../../models/open.ts';
import { isRemote } from '../../rollout/cast.ts';
import { checkModels } from '../../rollout/run-models.ts';
import { settings } from '../../runs/configuration.ts';
import {
  type DiagnosisConfiguration,
  evaluationOf,
  runDiagnosis,
  type StoredDiagnosis,
} from '../../runs/diagnosis.ts';
import { openExistingProject, type Run } from '../../runs/project/project.ts';
import { percent } from '../../view/format.ts';
import type { Action } from '../commands/command.ts';
import type { Options } from '../commands/diagnose.ts';
import { limitsOf } from '../configure/limits.ts';
import { progressOn, say } from '../terminal/terminal.ts';
import { inRun, type Outcome } from './run.ts';

export const action: Action<Options> = (options, call) =>
  inRun<Options, DiagnosisConfiguration>(
    given => configurationOf(call.arguments[0], given),
    (run, configuration, _, signal) => diagnoseRun(run, configuration, signal),
  )(options, call);

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
    await checkModels({ model: configuration.judge, userModel: null }, configuration.limits);
    return configuration;
  } finally {
    await project.store.close();
  }
};

const diagnoseRun = async (
  run: Run,
  configuration: DiagnosisConfiguration,
  signal: AbortSignal,
): Promise<Outcome> => {
  const { result, spent } = await runDiagnosis(run, configuration, progressOn(process.stderr), signal);
  for (const line of linesOf(result)) say(line);
  say(`requests: ${spent}`);
  return { json: { run: run.id, ...result } };
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
