import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { JuxtaError } from '../base/errors.ts';
import { baseModel } from '../models/open.ts';
import { parseMethod, type TrainConfiguration } from '../runs/configuration.ts';
import type { Run } from '../runs/project.ts';
import { readData, trainStage } from '../runs/training.ts';
import {
  type CommonOptions,
  type EnvironmentOptions,
  environmentOf,
  type TrainingOptions,
  trainingOf,
  withCommon,
  withEnvironment,
  withTraining,
} from './options.ts';
import { weightsFor } from './players.ts';
import { inRun, type ResumeOption } from './run.ts';
import { duration, performLong, progressOn, say } from './terminal.ts';

export interface Options extends CommonOptions, EnvironmentOptions, TrainingOptions, ResumeOption {
  readonly model: string;
  readonly method: string;
  readonly dataset: readonly string[];
}

export const addTrain = (program: Command): void => {
  const command = program
    .command('train')
    .description('train the embedded model on exported data')
    .option(
      '--model <name>',
      'start, and reference of KTO and DPO: embedded:base, embedded:RUN or a file',
      baseModel,
    )
    .option('--method <name>', 'sft, kto, dpo, or a sequence such as sft+dpo', 'sft')
    .option(
      '--dataset <folders...>',
      'one file or folder in a trl format per method, in the order of --method',
      [],
    );
  withTraining(withEnvironment(command));
  withCommon(command.option('--resume [run]', 'go on with a training that was stopped or killed'))
    .addHelpText(
      'after',
      `
Examples:
  juxta train --method sft --dataset data/sft
  juxta train --method sft+dpo --dataset data/sft data/dpo --lora-rank 8
  juxta evaluate --model embedded:train-1`,
    )
    .action((options: Options, command: Command) =>
      performLong(
        signal =>
          inRun(
            'train',
            options,
            command,
            folder => configurationOf(options, folder),
            (run, configuration) => train(run, configuration, options.json, signal),
          ),
        options,
      ),
    );
};

const train = async (
  run: Run,
  configuration: TrainConfiguration,
  json: boolean,
  signal: AbortSignal,
): Promise<void> => {
  const stage = 'train';
  const result = await run.stage(stage, () =>
    trainStage({ stage, ...configuration, folder: run.folder }, progressOn(process.stderr), signal),
  );
  await run.project.store.saveModel({
    id: run.id,
    run: run.id,
    base: configuration.base,
    path: result.model,
    metadata: JSON.stringify({ method: configuration.method }),
  });
  const first = result.losses[0]?.loss ?? Number.NaN;
  const last = result.losses.at(-1)?.loss ?? Number.NaN;
  say(
    `${result.losses.length} updates in ${duration(result.seconds)}: loss ${first.toFixed(3)} → ${last.toFixed(3)}, ` +
      `${Math.round(result.tokensPerSecond)} tokens/s`,
  );
  say(`model: embedded:${run.id} (${join(run.folder, 'model.safetensors')})`);
  say(`next: juxta evaluate --model embedded:${run.id}`);
  if (json) say(JSON.stringify({ run: run.id, ...result }));
};

const configurationOf = async (options: Options, folder: string): Promise<TrainConfiguration> => {
  const method = parseMethod(options.method);
  const { length } = options.dataset;
  if (length !== method.length)
    throw new JuxtaError(
      'wrong-data',
      `${options.method} needs ${method.length === 1 ? 'one data set' : `${method.length} data sets`}, not ${length}`,
      { hint: 'give one file or folder per method, in their order: --dataset A B' },
    );
  const data = Object.fromEntries(method.map((name, i) => [name, resolve(options.dataset[i]!)]));
  const environment = environmentOf(options);
  const base = await weightsFor(options.model, folder, environment);
  const configuration: TrainConfiguration = {
    environment,
    base,
    method,
    data,
    changes: trainingOf(options),
    seed: options.seed,
    threads: options.threads,
  };
  await readData(configuration); // data that cannot be read are told of before a run begins
  return configuration;
};
