/** Options that several commands share, and how they become configuration. */

import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { JuxtaError } from '../../base/errors.ts';
import { defaultEnvironment, definitionOf, environmentNames } from '../../environments/registry.ts';
import { type EnvironmentSpec, titleOf } from '../../environments/spec.ts';
import { cores } from '../../rollout/threads.ts';
import type { HyperParameters } from '../../train/trainer.ts';

export const whole =
  (least: number, most = Number.POSITIVE_INFINITY) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isSafeInteger(value) && value >= least && value <= most) return value;
    const range = most === Number.POSITIVE_INFINITY ? `of at least ${least}` : `from ${least} to ${most}`;
    throw new InvalidArgumentError(`it must be a whole number ${range}`);
  };

export const number =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() !== '' && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`it must be a number from ${least} to ${most}`);
  };

export interface CommonOptions {
  readonly folder: string;
  readonly seed: number;
  readonly threads: number;
  readonly json: boolean;
}

export const withCommon = (command: Command): Command =>
  command
    .option('--folder <path>', 'project folder; its .juxta holds store, data sets, weights and reports', '.')
    .addOption(new Option('--seed <n>', 'seed of everything random').default(1).argParser(whole(0)))
    .addOption(
      new Option('--threads <n>', 'worker threads; the result is the same with any number')
        .default(cores(), 'one per core')
        .argParser(whole(1)),
    )
    .option('--json', 'end standard output with one JSON object', false);

export interface EnvironmentOptions {
  readonly environment: string;
  readonly data?: string;
  readonly rules: 'reference' | 'corrected';
  readonly level?: '1' | '2' | '3';
  readonly leftOut?: string;
  readonly sessions?: number;
  readonly reward?: 'all' | 'outputs-first';
}

export const withEnvironment = (command: Command): Command =>
  command
    .option(
      '--environment <name>',
      `one of: ${environmentNames.join(', ')}; or the path of a module`,
      defaultEnvironment,
    )
    .option('--data <path>', 'zip or folder to be used in place of pulled data')
    .addOption(
      new Option('--rules <name>', 'ToolWOZ: the published rules, or with their defects mended')
        .choices(['reference', 'corrected'])
        .default('reference'),
    )
    .addOption(new Option('--level <n>', 'Hamlet: difficulty').choices(['1', '2', '3']))
    .option('--left-out <domain>', 'Hamlet: a domain that no training task has')
    .addOption(
      new Option(
        '--sessions <n>',
        'of an environment that plays in sessions: most that are open at once',
      ).argParser(whole(1)),
    )
    .addOption(
      new Option(
        '--reward <rule>',
        'τ-bench v1: database and outputs, or, as in the JOSH repository, outputs alone where a task has some (default: all)',
      ).choices(['all', 'outputs-first']),
    );

/** Options of environments, as they are written. */
const flags = {
  data: '--data',
  rules: '--rules',
  level: '--level',
  leftOut: '--left-out',
  sessions: '--sessions',
  reward: '--reward',
} as const;

/** Whether a name is a module's path. */
export const isPath = (name: string): boolean => /^[./~]|[/\\]|\.[cm]?[jt]s$/.test(name);

/**
 * @throws JuxtaError `unknown-environment`, or `bad-option` for an option that the environment has no use for: it was meant
 *   for another
 */
export const environmentOf = async (options: EnvironmentOptions): Promise<EnvironmentSpec> => {
  const { environment, rules, data, level, leftOut, sessions, reward } = options;
  const place = isPath(environment) ? { module: resolve(environment) } : { name: environment };
  const taken = Object.keys((await definitionOf(place)).options.shape);
  const given = {
    ...(data !== undefined && { data: resolve(data) }),
    ...(level !== undefined && { level: Number(level) }),
    ...(leftOut !== undefined && { leftOut }),
    ...(sessions !== undefined && { sessions }),
    ...(reward !== undefined && { reward }),
    // A default, so it is there whether or not the environment has rules.
    ...(rules !== 'reference' && taken.includes('rules') && { rules }),
  };
  const useless = Object.keys(given).find(name => !taken.includes(name));
  if (useless !== undefined)
    throw new JuxtaError(
      'bad-option',
      `${flags[useless as keyof typeof flags]} means nothing to the environment ${environment}`,
      { hint: 'name the environment with --environment, or leave the option out' },
    );
  return Object.keys(given).length === 0 ? place : { ...place, options: given };
};

/** The options that name an environment, the standard one left out; begins with a blank. */
export const environmentFlags = (spec: EnvironmentSpec): string =>
  [
    ...(titleOf(spec) === defaultEnvironment ? [] : ['--environment', titleOf(spec)]),
    ...Object.entries(spec.options ?? {}).flatMap(([name, value]) =>
      name in flags ? [flags[name as keyof typeof flags], String(value)] : [],
    ),
  ]
    .map(word => ` ${word}`)
    .join('');

export interface TaskOptions {
  readonly split?: string;
  readonly tasks?: number;
  readonly start: number;
  readonly shuffle?: number;
}

/** @param usual the split if none is named, in words */
export const withTasks = (command: Command, usual: string): Command =>
  command
    .option('--split <name>', `which tasks (default: ${usual})`)
    .addOption(
      new Option('--tasks <n>', 'how many (default: the whole split, or 200 generated ones)').argParser(
        whole(1),
      ),
    )
    .addOption(new Option('--start <n>', 'position of the first task').default(0).argParser(whole(0)))
    .addOption(
      new Option(
        '--shuffle <seed>',
        'shuffle the split first, as Python does with this seed (published runs: 10)',
      ).argParser(whole(0)),
    );

export const withTemperature = (command: Command, meaning: string): Command =>
  command.addOption(new Option('--temperature <t>', meaning).default(1).argParser(number(0, 10)));

export interface TrainingOptions {
  readonly learningRate?: number;
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly beta?: number;
  readonly sftWeight?: number;
  readonly loraRank?: number;
}

/** Hyper-parameters; without them, the trainer's defaults, which differ by method. */
export const withTraining = (command: Command): Command =>
  command
    .addOption(new Option('--learning-rate <x>', 'peak learning rate').argParser(number(0, 1)))
    .addOption(new Option('--epochs <n>', 'passes over the data').argParser(whole(1)))
    .addOption(new Option('--batch-size <n>', 'sequences per update').argParser(whole(1)))
    .addOption(
      new Option('--beta <x>', 'KTO and DPO: how strongly to hold to the reference').argParser(
        number(0, 100),
      ),
    )
    .addOption(
      new Option(
        '--sft-weight <x>',
        'DPO of the embedded model: weight of the chosen replies’ own likelihood; more keeps it from drifting (default: 0.2)',
      ).argParser(number(0, 100)),
    )
    .addOption(
      new Option('--lora-rank <n>', 'train low-rank adapters instead of all weights').argParser(whole(1)),
    );

export const trainingOf = (options: TrainingOptions): HyperParameters => ({
  ...(options.learningRate !== undefined && { learningRate: options.learningRate }),
  ...(options.epochs !== undefined && { epochs: options.epochs }),
  ...(options.batchSize !== undefined && { batchSize: options.batchSize }),
  ...(options.beta !== undefined && { beta: options.beta }),
  ...(options.sftWeight !== undefined && { sftWeight: options.sftWeight }),
  ...(options.loraRank !== undefined && { lora: { rank: options.loraRank, alpha: 2 * options.loraRank } }),
});
