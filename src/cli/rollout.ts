import { type Command, Option } from 'commander';
import { JuxtaError } from '../base/errors.ts';
import { openEnvironment } from '../environments/open.ts';
import type { RolloutConfiguration } from '../runs/configuration.ts';
import { dryRun } from '../runs/dry-run.ts';
import { purposesOf, taskSet } from '../runs/plan.ts';
import type { Run } from '../runs/project.ts';
import { rollOut } from '../runs/rollout.ts';
import {
  type CommonOptions,
  type EnvironmentOptions,
  number,
  type SearchSettings,
  searchOf,
  unitOf,
  whole,
  withCommon,
  withEnvironment,
  withSearch,
} from './options.ts';
import {
  type DryRunOption,
  type LimitOptions,
  limitsOf,
  type PlayerOptions,
  playersOf,
  probesOf,
  withDryRun,
  withLimits,
  withPlayers,
} from './players.ts';
import { inRun, type ResumeOption, sayEstimate } from './run.ts';
import { duration, performLong, progressOn, say } from './terminal.ts';
import { usageLines, usageObject } from './usage.ts';

export interface Options
  extends CommonOptions,
    EnvironmentOptions,
    SearchSettings,
    PlayerOptions,
    LimitOptions,
    DryRunOption,
    ResumeOption {
  readonly split?: string;
  readonly tasks?: number;
  readonly start: number;
  readonly temperature: number;
}

export const addRollout = (program: Command): void => {
  const command = program
    .command('rollout')
    .description('search conversation trees over many tasks and store them');
  withPlayers(withEnvironment(command))
    .option('--split <name>', 'which tasks (default: those for training)')
    .addOption(
      new Option('--tasks <n>', 'how many (default: the whole split, or 200 generated ones)').argParser(
        whole(1),
      ),
    )
    .addOption(new Option('--start <n>', 'position of the first task').default(0).argParser(whole(0)));
  withSearch(command).addOption(
    new Option('--temperature <t>', 'sampling temperature').default(1).argParser(number(0, 10)),
  );
  withDryRun(withLimits(command));
  withCommon(command.option('--resume [run]', 'go on with a rollout that was stopped or killed'))
    .addHelpText(
      'after',
      `
Examples:
  juxta rollout --tasks 100
  juxta rollout --environment toolwoz --split val-train --beam 8
  juxta export --run rollout-1 --format trl-dpo --out data/dpo`,
    )
    .action((options: Options, command: Command) =>
      performLong(
        signal =>
          inRun(
            'rollout',
            options,
            command,
            folder => configurationOf(options, folder),
            (run, configuration) => rollOutTasks(run, configuration, options, signal),
          ),
        options,
      ),
    );
};

const rollOutTasks = async (
  run: Run,
  configuration: RolloutConfiguration,
  options: Options,
  signal: AbortSignal,
): Promise<'finished' | 'stopped'> => {
  const stage = 'roll out';
  const { split, count, start, cast } = configuration;
  const { tasks } = taskSet(await openEnvironment(cast.environment), split, count, start);
  const plan = { run: run.id, stage, ...configuration, split, tasks };
  const onProgress = progressOn(process.stderr);
  const probes = probesOf(options);
  if (probes !== undefined) {
    const { seed } = configuration;
    const estimate = await dryRun(
      run.project,
      tasks,
      probes,
      seed,
      (project, task, report) => rollOut(project, { ...plan, tasks: [task] }, report, signal),
      onProgress,
    );
    return sayEstimate(run, estimate, options);
  }
  const summary = await run.stage(stage, () => rollOut(run.project, plan, onProgress, signal));
  const { trees, averageReward, full, faults, userFaults, infrastructureFaults, nodes, seconds } = summary;
  say(
    `${trees} trees in ${duration(seconds)}: average reward ${averageReward.toFixed(3)}, every goal reached in ${full}, ` +
      `${nodes} nodes`,
  );
  if (faults > 0)
    say(
      `faults in ${faults} trees: ${userFaults} lines ended by the user, ${infrastructureFaults} by failed requests; none counts against the agent`,
    );
  for (const line of usageLines(run.project.backing)) say(line);
  say(`next: juxta export --run ${run.id} --format trl-sft --out FOLDER`);
  if (options.json) say(JSON.stringify({ run: run.id, ...summary, ...usageObject(run.project.backing) }));
  return 'finished';
};

const configurationOf = async (options: Options, folder: string): Promise<RolloutConfiguration> => {
  const { cast, pace, environment } = await playersOf(options, folder, unitOf(options));
  const split = options.split ?? purposesOf(options.environment).train;
  taskSet(environment, split, 1, options.start); // a split that is none is told of now
  if (cast.user === 'human' && options.beam > 1)
    throw new JuxtaError('bad-option', 'a person cannot hold several conversations at once', {
      hint: 'play one line with --beam 1, or talk to the agent with: juxta evaluate --user human',
    });
  return {
    cast,
    split,
    start: options.start,
    count: options.tasks ?? null,
    seed: options.seed,
    temperature: options.temperature,
    search: searchOf(options, pace),
    maxMessages: pace.messages,
    maxSteps: pace.steps,
    threads: options.threads,
    limits: limitsOf(options),
  };
};
