import { type Command, Option } from 'commander';
import { openEnvironment } from '../environments/open.ts';
import { baseModel, resolveModel } from '../models/open.ts';
import type { EvaluateRunConfiguration } from '../runs/configuration.ts';
import { evaluateModel, type SettingResult, settings } from '../runs/evaluation.ts';
import { purposesOf, taskSet } from '../runs/plan.ts';
import { beginRun, openProject, resumeRun } from '../runs/project.ts';
import { percent, withInterval } from '../view/format.ts';
import {
  type CommonOptions,
  castOf,
  type EnvironmentOptions,
  environmentOf,
  number,
  whole,
  withCommon,
  withEnvironment,
} from './options.ts';
import { ended, perform, progressOn, say } from './terminal.ts';

interface Options extends CommonOptions, EnvironmentOptions {
  readonly model: string;
  readonly agent: 'function-calling' | 'script' | 'fallible-script';
  readonly split?: string;
  readonly tasks?: number;
  readonly trials: number;
  readonly temperature: number;
  readonly resume?: string | true;
}

export const addEvaluate = (program: Command): void => {
  const command = program
    .command('evaluate')
    .description('play tasks, greedily and sampled, and measure')
    .option('--model <name>', 'the agent: embedded:base, embedded:RUN or a weights file', baseModel)
    .addOption(
      new Option(
        '--agent <name>',
        'the model with tools, or a script: without errors (the ceiling), or as the base learnt',
      )
        .choices(['function-calling', 'script', 'fallible-script'])
        .default('function-calling'),
    );
  withEnvironment(command)
    .option('--split <name>', 'which tasks (default: test)')
    .addOption(
      new Option('--tasks <n>', 'how many (default: the whole split, or 200 generated ones)').argParser(
        whole(1),
      ),
    )
    .addOption(new Option('--trials <n>', 'conversations per task').default(1).argParser(whole(1)))
    .addOption(new Option('--temperature <t>', 'of the sampled setting').default(1).argParser(number(0, 10)));
  withCommon(command.option('--resume [run]', 'go on with an evaluation that was stopped or killed'))
    .addHelpText(
      'after',
      `
Examples:
  juxta evaluate --tasks 300
  juxta evaluate --model embedded:selftrain-1 --environment toolwoz
  juxta evaluate --environment toolwoz --agent script           the ceiling with this user`,
    )
    .action((options: Options) => perform(signal => run(options, signal)));
};

const run = async (options: Options, signal: AbortSignal): Promise<void> => {
  const project = await openProject(options.folder);
  try {
    const held = options.resume
      ? await resumeRun(project, 'evaluate', options.resume === true ? undefined : options.resume)
      : await beginRun(project, 'evaluate', await configurationOf(options, project.folder));
    process.stderr.write(`run ${held.id}\n`);
    await ended(held, async () => {
      const configuration = held.configuration as EvaluateRunConfiguration;
      const environment = await openEnvironment(configuration.cast.environment);
      const result = await evaluateModel(
        project,
        configuration,
        {
          run: held.id,
          stage: 'evaluate',
          model: configuration.model,
          tasks: taskSet(environment, configuration.split, configuration.count),
          trials: configuration.trials,
        },
        progressOn(process.stderr),
        signal,
      );
      for (const note of environment.notes ?? []) say(`note: ${note}`);
      for (const setting of settings) for (const line of linesOf(setting, result[setting])) say(line);
      if (options.json) say(JSON.stringify({ run: held.id, ...result }));
    });
  } finally {
    await project.store.close();
  }
};

const linesOf = (
  setting: string,
  { n, success, averageReward, turnsPerTask, callsPerTask, faults, errors }: SettingResult,
) => {
  const { byVerdict, goals } = errors;
  const missed = Object.entries(byVerdict).filter(([verdict, count]) => verdict !== 'reached' && count > 0);
  const faulty = Object.entries(faults).map(([cause, count]) => `${count} ${cause}`);
  return [
    `${setting.padEnd(8)} success ${withInterval(success, percent)}   average reward ${averageReward.toFixed(3)}` +
      `   ${turnsPerTask.toFixed(1)} turns, ${callsPerTask.toFixed(1)} calls per task   n ${n}`,
    `         of ${goals} goals reached ${byVerdict.reached}${missed.map(([verdict, count]) => `, ${verdict} ${count}`).join('')}`,
    ...(faulty.length > 0 ? [`         left out: ${faulty.join(', ')}`] : []),
  ];
};

const configurationOf = async (options: Options, folder: string): Promise<EvaluateRunConfiguration> => {
  const split = options.split ?? purposesOf(options.environment).test;
  // What is wrong with environment or split should be said before a run begins.
  (await openEnvironment(environmentOf(options))).tasks(split, { count: 1 });
  const scripted = options.agent !== 'function-calling';
  const model = scripted ? null : await resolveModel(options.model, folder);
  return {
    cast: { ...castOf(options, model), agent: options.agent },
    model,
    split,
    count: options.tasks ?? null,
    trials: options.trials,
    seed: options.seed,
    temperature: options.temperature,
    maxMessages: 15,
    maxTries: 20,
    threads: options.threads,
  };
};
