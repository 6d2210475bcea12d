import { join, resolve } from 'node:path';
import { JuxtaError } from '../../base/errors.ts';
import { baseModel } from '../../models/open.ts';
import type { TrainConfiguration } from '../../runs/configuration.ts';
import { endsOf } from '../../runs/project/losses.ts';
import { type Project, type Run, runFolder, storedConfiguration } from '../../runs/project/project.ts';
import { stageKeys } from '../../runs/stage-keys.ts';
import { checkPlan, type TrainResult, trainStage } from '../../runs/training/training.ts';
import { parseMethods } from '../../train/methods.ts';
import { refuseForeign } from '../../train/refuse.ts';
import { defaultTrainer, trainerOf, trainerOptions, trainerTitle } from '../../train/registry.ts';
import type { Trainer } from '../../train/trainer.ts';
import type { Action } from '../commands/command.ts';
import type { Options as CommandOptions } from '../commands/train.ts';
import { environmentFlags, environmentOf } from '../configure/environment.ts';
import { weightsFor } from '../configure/players.ts';
import { approveWith, baseOf, chosenTrainer, trainingOf } from '../configure/training.ts';
import type { EnvironmentOptions } from '../options/environment.ts';
import { duration, progressOn, say } from '../terminal/terminal.ts';
import { inFolder, inProject, inRun, type Outcome } from './run.ts';

type Options = CommandOptions & EnvironmentOptions;

export const action: Action<Options> = (options, call) =>
  options.cancel === undefined
    ? inRun(configurationOf, train)(options, call)
    : inProject(options, project => cancel(project, options.cancel!));

const train = async (
  run: Run,
  configuration: TrainConfiguration,
  options: Options,
  signal: AbortSignal,
): Promise<Outcome> => {
  const stage = stageKeys.train;
  const plan = { stage, id: run.id, ...configuration, folder: run.folder };
  const result = await run.stage(stage, ({ seconds: secondsBefore }) =>
    trainStage({ ...plan, secondsBefore }, progressOn(process.stderr), {
      signal,
      approve: approveWith(options),
      tell: text => say(`note: ${text}`),
    }),
  );
  const { method, trainer } = configuration;
  await run.project.store.saveModel({
    id: run.id,
    run: run.id,
    base: configuration.base,
    path: result.model,
    metadata: JSON.stringify({
      method,
      trainer: trainer ? trainerTitle(trainer) : defaultTrainer,
      hint: result.hint,
    }),
  });
  const { plays } = await trainerOf(trainer);
  for (const line of linesOf(run, configuration, plays, result)) say(line);
  return { json: { run: run.id, ...result } };
};

const linesOf = (
  run: Run,
  { environment }: TrainConfiguration,
  plays: Trainer['plays'],
  result: TrainResult,
): readonly string[] => {
  const there = `${environmentFlags(environment)}${inFolder(run.project)}`;
  const { losses, seconds, tokensPerSecond, model, hint } = result;
  const ends = endsOf(losses).map(
    ({ method, first, last }, _, { length }) =>
      `${length > 1 ? `${method} ` : ''}loss ${first.toFixed(3)} → ${last.toFixed(3)}`,
  );
  const curve = ends.length > 0 ? `: ${ends.join(', ')}` : '';
  const speed = tokensPerSecond > 0 ? `, ${Math.round(tokensPerSecond)} tokens/s` : '';
  const summary = `${losses.length} updates in ${duration(seconds)}${curve}${speed}`;
  switch (plays) {
    case 'in-process':
      return [
        summary,
        `model: embedded:${run.id} (${join(run.folder, 'model.safetensors')})`,
        `next: juxta evaluate --model embedded:${run.id}${there}`,
      ];
    case 'served':
      // The hint ends with the command that evaluates the model.
      return [summary, `model: ${run.id} (${model})`, ...`${hint ?? ''}${hint ? there : ''}`.split('\n')];
    case 'at-service':
      return [
        summary,
        `model: ${model}`,
        ...(hint ? [hint] : []),
        `next: juxta evaluate --model '${model}'${there}`,
      ];
  }
};

const cancel = async (project: Project, id: string): Promise<object> => {
  const row = await project.store.run(id);
  const configuration = row && (storedConfiguration(project, row) as Partial<TrainConfiguration>);
  const { trainer: spec, method: methods } = configuration ?? {};
  const trainer = row?.kind === 'train' && methods ? await trainerOf(spec) : undefined;
  if (!trainer?.cancel || !methods)
    throw new JuxtaError('no-job', `${id} is no training at a service`, {
      hint: 'a training on this machine is stopped with Ctrl-C; `juxta runs` lists the runs',
    });
  const options = trainerOptions(trainer, spec?.options);
  const job = await trainer.cancel({ methods, options, folder: runFolder(project, id) });
  say(`${trainer.name} job ${job.id}: ${job.status}`);
  return { run: id, job: job.id, status: job.status };
};

const configurationOf = async (options: Options, folder: string): Promise<TrainConfiguration> => {
  const environment = await environmentOf(options);
  const method = parseMethods(options.method);
  const { trainer, spec } = await chosenTrainer(options);
  refuseForeign(trainer, { methods: method, hyperparameters: trainingOf(options) });
  const { length } = options.dataset;
  if (length !== method.length)
    throw new JuxtaError(
      'wrong-data',
      `${options.method} needs ${method.length === 1 ? 'one data set' : `${method.length} data sets`}, not ${length}`,
      { hint: 'give one file or folder per method, in their order: --dataset A B' },
    );
  const data = Object.fromEntries(method.map((name, i) => [name, resolve(options.dataset[i]!)]));
  const base =
    trainer.plays === 'in-process'
      ? await weightsFor(options.model ?? baseModel, folder, environment)
      : baseOf(options.model, trainer, '--model');
  const configuration: TrainConfiguration = {
    ...(spec && { trainer: spec }),
    environment,
    base,
    method,
    data,
    changes: trainingOf(options),
    seed: options.seed,
    threads: options.threads,
  };
  await checkPlan(configuration); // data that cannot be read are told of before a run begins
  return configuration;
};
