import { type Command, Option } from 'commander';
import { openEnvironment } from '../environments/open.ts';
import { baseModel, resolveModel } from '../models/open.ts';
import type { RolloutConfiguration } from '../runs/configuration.ts';
import { purposesOf, taskSet } from '../runs/plan.ts';
import { beginRun, openProject, resumeRun } from '../runs/project.ts';
import { rollOut } from '../runs/rollout.ts';
import {
  type CommonOptions,
  castOf,
  type EnvironmentOptions,
  environmentOf,
  number,
  type SearchSettings,
  searchOf,
  whole,
  withCommon,
  withEnvironment,
  withSearch,
} from './options.ts';
import { duration, ended, perform, progressOn, say } from './terminal.ts';

interface Options extends CommonOptions, EnvironmentOptions, SearchSettings {
  readonly model: string;
  readonly split?: string;
  readonly tasks?: number;
  readonly start: number;
  readonly temperature: number;
  readonly resume?: string | true;
}

export const addRollout = (program: Command): void => {
  const command = program
    .command('rollout')
    .description('search conversation trees over many tasks and store them')
    .option('--model <name>', 'the agent: embedded:base, embedded:RUN or a weights file', baseModel);
  withEnvironment(command)
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
  withCommon(command.option('--resume [run]', 'go on with a rollout that was stopped or killed'))
    .addHelpText(
      'after',
      `
Examples:
  juxta rollout --tasks 100
  juxta rollout --environment toolwoz --split val-train --beam 8
  juxta export --run rollout-1 --format trl-dpo --out data/dpo`,
    )
    .action((options: Options) => perform(signal => run(options, signal)));
};

const run = async (options: Options, signal: AbortSignal): Promise<void> => {
  const project = await openProject(options.folder);
  try {
    const held = options.resume
      ? await resumeRun(project, 'rollout', options.resume === true ? undefined : options.resume)
      : await beginRun(project, 'rollout', await configurationOf(options, project.folder));
    process.stderr.write(`run ${held.id}\n`);
    await ended(held, async () => {
      const configuration = held.configuration as RolloutConfiguration;
      const environment = await openEnvironment(configuration.cast.environment);
      const { split, count, start } = configuration;
      const { tasks } = taskSet(environment, split, count, start);
      const summary = await rollOut(
        project,
        { run: held.id, stage: 'roll out', ...configuration, split, tasks },
        progressOn(process.stderr),
        signal,
      );
      const { trees, averageReward, full, faults, nodes, seconds } = summary;
      say(
        `${trees} trees in ${duration(seconds)}: average reward ${averageReward.toFixed(3)}, every goal reached in ${full}, ` +
          `${nodes} nodes${faults > 0 ? `, faults in ${faults}` : ''}`,
      );
      say(`next: juxta export --run ${held.id} --format trl-sft --out FOLDER`);
      if (options.json) say(JSON.stringify({ run: held.id, ...summary }));
    });
  } finally {
    await project.store.close();
  }
};

const configurationOf = async (options: Options, folder: string): Promise<RolloutConfiguration> => {
  const split = options.split ?? purposesOf(options.environment).train;
  // What is wrong with environment or split should be said before a run begins.
  (await openEnvironment(environmentOf(options))).tasks(split, { start: options.start, count: 1 });
  return {
    cast: castOf(options, await resolveModel(options.model, folder), options.branching),
    split,
    start: options.start,
    count: options.tasks ?? null,
    seed: options.seed,
    temperature: options.temperature,
    search: searchOf(options),
    maxMessages: 15,
    threads: options.threads,
  };
};
