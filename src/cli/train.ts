import { join } from 'node:path';
import type { Command } from 'commander';
import { JuxtaError } from '../base/errors.ts';
import { baseModel, resolveModel } from '../models/open.ts';
import { parseMethod, type TrainConfiguration } from '../runs/configuration.ts';
import { beginRun, openProject, resumeRun } from '../runs/project.ts';
import { trainStage } from '../runs/training.ts';
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
import { duration, ended, perform, progressOn, say } from './terminal.ts';

interface Options extends CommonOptions, EnvironmentOptions, TrainingOptions {
  readonly model: string;
  readonly method: string;
  readonly dataset: readonly string[];
  readonly resume?: string | true;
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
    .action((options: Options) => perform(signal => run(options, signal)));
};

const run = async (options: Options, signal: AbortSignal): Promise<void> => {
  const project = await openProject(options.folder);
  try {
    const held = options.resume
      ? await resumeRun(project, 'train', options.resume === true ? undefined : options.resume)
      : await beginRun(project, 'train', await configurationOf(options, project.folder));
    process.stderr.write(`run ${held.id}\n`);
    await ended(held, async () => {
      const configuration = held.configuration as TrainConfiguration;
      const result = await trainStage(
        { stage: 'train', ...configuration, folder: held.folder },
        progressOn(process.stderr),
        signal,
      );
      await project.store.saveModel({
        id: held.id,
        run: held.id,
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
      say(`model: embedded:${held.id} (${join(held.folder, 'model.safetensors')})`);
      if (options.json) say(JSON.stringify({ run: held.id, ...result }));
    });
  } finally {
    await project.store.close();
  }
};

const configurationOf = async (options: Options, folder: string): Promise<TrainConfiguration> => {
  const method = parseMethod(options.method);
  if (options.dataset.length !== method.length)
    throw new JuxtaError(
      'wrong-data',
      `${options.method} needs ${method.length} data sets, not ${options.dataset.length}`,
      {
        hint: 'give one file or folder per method: --dataset A B',
      },
    );
  return {
    environment: environmentOf(options),
    base: await resolveModel(options.model, folder),
    method,
    data: Object.fromEntries(method.map((name, i) => [name, options.dataset[i]!])),
    changes: trainingOf(options),
    seed: options.seed,
    threads: options.threads,
  };
};
