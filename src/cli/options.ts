/** Options that several commands share, and how they become configuration. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { environmentNames, type EnvironmentSpec } from '../environments/open.ts';
import { offlineCast } from '../runs/configuration.ts';
import type { CastSpec } from '../runs/cast.ts';
import { cores } from '../runs/pool.ts';

export const whole =
  (least: number) =>
  (text: string): number => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`it must be a whole number of at least ${least}`);
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
    .option('--folder <path>', 'project folder: store, data sets, weights, reports', '.juxta')
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
  readonly level?: 1 | 2 | 3;
  readonly leftOut?: string;
}

export const withEnvironment = (command: Command): Command =>
  command
    .option('--environment <name>', `one of: ${environmentNames.join(', ')}`, 'hamlet')
    .option('--data <path>', 'zip or folder to be used in place of pulled data')
    .addOption(
      new Option('--rules <name>', 'ToolWOZ: the published rules, or with their defects mended')
        .choices(['reference', 'corrected'])
        .default('reference'),
    )
    .addOption(new Option('--level <n>', 'Hamlet: difficulty').choices(['1', '2', '3']).argParser(Number))
    .option('--left-out <domain>', 'Hamlet: a domain that no training task has');

export const environmentOf = (options: EnvironmentOptions): EnvironmentSpec => ({
  name: options.environment,
  rules: options.rules,
  ...(options.data !== undefined && { data: options.data }),
  ...(options.level !== undefined && { level: options.level }),
  ...(options.leftOut !== undefined && { leftOut: options.leftOut }),
});

export const castOf = (options: EnvironmentOptions, model: string | null): CastSpec => ({
  ...offlineCast(environmentOf(options)),
  model,
});
