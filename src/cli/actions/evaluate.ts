import { dirname } from 'node:path';
import { JuxtaError } from '../../base/errors.ts';
import { makePath } from '../../base/folders.ts';
import { writeWhole } from '../../base/whole.ts';
import { openEnvironment } from '../../environments/open.ts';
import { definitionOf } from '../../environments/registry.ts';
import { type CastSpec, isRemote } from '../../rollout/cast.ts';
import type { BenchmarkConfiguration } from '../../runs/benchmark.ts';
import type { EvaluateRunConfiguration, Setting } from '../../runs/configuration.ts';
import { checkDryRun } from '../../runs/dry-run.ts';
import { type EvaluationPlan, evaluateSettings, type SettingResult } from '../../runs/evaluation.ts';
import { taskSet } from '../../runs/plan.ts';
import type { OnProgress } from '../../runs/project/progress.ts';
import type { Project, Run } from '../../runs/project/project.ts';
import { resultsEntry } from '../../runs/results-file.ts';
import { settingKey, stageKeys } from '../../runs/stage-keys.ts';
import { fixed, percent, withInterval } from '../../view/format.ts';
import type { Action, Given } from '../commands/command.ts';
import type { Options as CommandOptions } from '../commands/evaluate.ts';
import { type PlayOptions, playersOf, playOf } from '../configure/players.ts';
import type { DryRunOptions, TaskOptions } from '../options/common.ts';
import type { EnvironmentOptions } from '../options/environment.ts';
import { progressOn, say } from '../terminal/terminal.ts';
import { usageLines, usageObject } from '../terminal/usage.ts';
import { benchmarkOf, evaluateBenchmark } from './benchmark.ts';
import { tellEstimate } from './dry-run.ts';
import { inRun, type Outcome } from './run.ts';

type Options = CommandOptions & EnvironmentOptions;

/** What it takes to play tasks; the rest is about benchmarks. */
type TaskPlay = PlayOptions &
  TaskOptions &
  Partial<DryRunOptions> &
  Pick<Options, 'trials'> &
  Partial<Pick<Options, 'setting' | 'out'>>;

export const action: Action<Options> = (options, call) =>
  inRun<Options, EvaluateRunConfiguration | BenchmarkConfiguration>(
    (options, folder, given) =>
      options.benchmark ? benchmarkOf(options, folder) : configurationOf(options, folder, given),
    (run, configuration, options, signal) =>
      'benchmark' in configuration
        ? evaluateBenchmark(run, configuration, signal)
        : evaluate(run, configuration, options, signal),
  )(options, call);

/** Plays tasks, in a run of the kind that the command is named after. */
export const evaluateTasks: Action<TaskPlay> = (options, call) =>
  inRun(configurationOf, evaluate)(options, call);

const evaluate = async (
  run: Run,
  configuration: EvaluateRunConfiguration,
  options: TaskPlay,
  signal: AbortSignal,
): Promise<Outcome> => {
  const stage = stageKeys.evaluate;
  const { model, split, count, start, shuffle, trials, cast, settings } = configuration;
  const environment = await openEnvironment(cast.environment);
  const tasks = taskSet(environment, split, count, { start, shuffle });
  const plan = { run: run.id, stage, model, tasks, trials };
  const play = (project: Project, plan: EvaluationPlan, onProgress: OnProgress) =>
    evaluateSettings(project, configuration, plan, settings, onProgress, signal);
  if (options.dryRun !== undefined)
    return tellEstimate(run, tasks.tasks, options, (project, task, onProgress) =>
      play(project, { ...plan, tasks: { split, tasks: [task] } }, onProgress),
    );
  const result = await run.stage(stage, () => play(run.project, plan, progressOn(process.stderr)));
  if (options.out !== undefined) await writeResults(run, settings, options.out);
  const judgedToo = cast.judge !== undefined;
  for (const note of environment.notes ?? [])
    if (!(judgedToo && note.startsWith('database only'))) say(`note: ${note}`);
  for (const setting of settings) for (const line of linesOf(setting, result[setting]!)) say(line);
  for (const line of usageLines(run.project.runModels)) say(line);
  return { json: { run: run.id, ...result, ...usageObject(run.project.runModels) } };
};

/** One file; of two settings one each, with the setting in its name. */
const writeResults = async (run: Run, settings: readonly Setting[], out: string): Promise<void> => {
  for (const setting of settings) {
    const within = { run: run.id, stage: settingKey(stageKeys.evaluate, setting) };
    const rows = await Array.fromAsync(run.project.store.evaluations(within, setting));
    const file = settings.length === 1 ? out : out.replace(/(\.json)?$/, `.${setting}.json`);
    makePath(dirname(file));
    await writeWhole(file, `${JSON.stringify(rows.map(resultsEntry), null, 1)}\n`);
    say(`${file}: ${rows.length} conversations`);
  }
};

const linesOf = (
  setting: string,
  { n, success, averageReward, turnsPerTask, callsPerTask, faults, faultBlind, errors, pass }: SettingResult,
) => {
  const { byVerdict, goals } = errors;
  const missed = Object.entries(byVerdict).filter(([verdict, count]) => verdict !== 'reached' && count > 0);
  const faulty = Object.entries(faults).map(([cause, count]) => `${count} ${cause}`);
  return [
    `${setting.padEnd(8)} success ${withInterval(pass[0]?.all ?? success, percent)}   average reward ${fixed(averageReward, 3)}` +
      `   ${fixed(turnsPerTask, 1)} turns, ${fixed(callsPerTask, 1)} calls per task   n ${n}`,
    `         of ${goals} goals reached ${byVerdict.reached}${missed.map(([verdict, count]) => `, ${verdict} ${count}`).join('')}`,
    ...pass.map(
      ({ k, all, any, tasks, leftOut }) =>
        `         pass^${k} ${withInterval(all, percent)}   pass@${k} ${withInterval(any, percent)}   ${tasks} tasks` +
        (leftOut > 0 ? `, ${leftOut} with fewer than ${k} trials left out` : ''),
    ),
    ...(faulty.length > 0
      ? [
          `         left out: ${faulty.join(', ')}; with faults as failures, success ${percent(faultBlind.successRate)}`,
        ]
      : []),
  ];
};

const configurationOf = async (
  options: TaskPlay,
  folder: string,
  given: Given,
): Promise<EvaluateRunConfiguration> => {
  const { cast: players, pace, environment } = await playersOf(options, folder);
  const split = options.split ?? (await definitionOf(players.environment)).purposes.test;
  taskSet(environment, split, 1, options); // a split that is none is told of before a run begins
  const { judge, ...unjudged } = players;
  const isJudged =
    judge !== undefined &&
    environment.tasks(split).some(task => (environment.criteria?.(task) ?? []).length > 0);
  if (judge !== undefined && !isJudged && given('judge'))
    throw new JuxtaError('bad-option', `no task of ${environment.name}, ${split}, is for a judge to decide`, {
      hint: 'leave --judge out; it is for τ²-bench, and for --benchmark mt-bench',
    });
  const cast = isJudged ? players : unjudged;
  if (options.dryRun !== undefined) checkDryRun(cast);
  return {
    cast,
    model: cast.model,
    split,
    count: options.tasks ?? null,
    start: options.start,
    ...(options.shuffle !== undefined && { shuffle: options.shuffle }),
    trials: options.trials,
    settings: settingsOf(options, cast),
    ...playOf(options, pace),
    maxTries: pace.turnSteps ?? pace.tries,
  };
};

/** A script has no temperature; requests to other models cost money, so one setting is enough unless more is asked for. */
const settingsOf = ({ setting }: TaskPlay, { model }: CastSpec): readonly Setting[] => {
  if (setting === 'both') return ['greedy', 'sampled'];
  if (setting !== undefined) return [setting];
  return model === null || isRemote(model) ? ['greedy'] : ['greedy', 'sampled'];
};
