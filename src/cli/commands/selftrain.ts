import { type Command, Option } from 'commander';
import { JuxtaError } from '../../base/errors.ts';
import { builtIn, definitionOf } from '../../environments/registry.ts';
import { titleOf } from '../../environments/spec.ts';
import { isRemote } from '../../rollout/cast.ts';
import type { Data, SelftrainConfiguration } from '../../runs/configuration.ts';
import { planOf } from '../../runs/plan.ts';
import type { Run } from '../../runs/project/project.ts';
import { type SelftrainResult, selftrain } from '../../runs/selftrain.ts';
import { checkPlan } from '../../runs/training/training.ts';
import { defaultSequence, factsOf, type Method, methodNames, parseMethods } from '../../train/methods.ts';
import { refuseForeign } from '../../train/refuse.ts';
import { trainerOf } from '../../train/registry.ts';
import type { Trainer } from '../../train/trainer.ts';
import { reportOnRun } from '../../view/run-report.ts';
import { withLimits } from '../options/limits.ts';
import {
  number,
  type TrainingOptions,
  trainingOf,
  whole,
  withCommon,
  withTemperature,
  withTraining,
} from '../options/options.ts';
import { type PlayOptions, playersOf, playOf, withPlayers } from '../options/players.ts';
import { type RoundsOptions, roundsOf, withRounds } from '../options/rounds.ts';
import { type SearchSettings, searchOf, unitOf, withSearch } from '../options/search.ts';
import { approveWith, chosenTrainer, type TrainerOptions, withTrainer } from '../options/trainers.ts';
import { placeOf, progressOn, say, sayJson } from '../terminal/terminal.ts';
import { inRun } from './run.ts';

export interface Options extends PlayOptions, SearchSettings, TrainingOptions, TrainerOptions, RoundsOptions {
  readonly rounds: number;
  readonly method?: string;
  readonly tasks?: number;
  readonly testTasks?: number;
  readonly gateTasks?: number;
  readonly minReward: number;
  readonly control?: Exclude<Data, 'harvest'>;
}

const purposeLines = builtIn
  .map(
    ({ name, purposes: { train, gate, test } }) =>
      `  ${name.padEnd(14)} train on ${train}, gate ${gate}, test ${test}`,
  )
  .join('\n');

export const addSelftrain = (program: Command): void => {
  const command = program
    .command('selftrain')
    .description('the whole loop: roll out, harvest, train, evaluate; for some rounds');
  withPlayers(command)
    .addOption(new Option('--rounds <n>', 'rounds of self-training').default(1).argParser(whole(1)))
    .option(
      '--method <name>',
      `${methodNames.join(', ')}, or a sequence such as sft+dpo (default: ${defaultSequence}; with --control: sft)`,
    )
    .addOption(
      new Option(
        '--tasks <n>',
        'tasks to roll out per round (default: 500 generated ones, or all that the environment has for training)',
      ).argParser(whole(1)),
    )
    .addOption(
      new Option(
        '--test-tasks <n>',
        'held-out tasks (default: 300 generated ones, or all that the environment has for testing)',
      ).argParser(whole(1)),
    )
    .addOption(
      new Option(
        '--gate-tasks <n>',
        'tasks that decide whether a round is kept (default: 150 generated ones, or all that there are)',
      ).argParser(whole(1)),
    );
  withTemperature(withSearch(command), 'of rollouts and of sampled evaluation')
    .addOption(
      new Option('--min-reward <r>', 'train on trees that earned at least this')
        .default(1)
        .argParser(number(0, 1)),
    )
    .addOption(
      new Option(
        '--control <data>',
        'train on something else instead, to see that the filter makes the gain',
      ).choices(['unfiltered', 'script']),
    )
    .option('--resume [run]', 'go on with a run that was stopped or killed');
  withLimits(withRounds(withTrainer(withTraining(command))));
  withCommon(command)
    .addHelpText(
      'after',
      `
Examples:
  juxta selftrain                                            one round on the built-in environment
  juxta selftrain --environment toolwoz --method sft+dpo     on real MultiWOZ dialogues
  juxta selftrain --rounds 3 --tasks 600 --mix 0.3 --json
  juxta selftrain --trainer trl --base Qwen/Qwen2.5-7B-Instruct --model http://localhost:8000/v1#Qwen/Qwen2.5-7B-Instruct \\
    --user-model openai:gpt-… --environment toolwoz --method kto --preset paper-kto --serve-command ./load-adapter.sh
  juxta selftrain --resume                                   after Ctrl-C, or worse

Tasks are taken from these splits; names such as test-train divide a published split by a hash of each task's id:
${purposeLines}`,
    )
    .action(inRun(configurationOf, selftrainAndReport));
};

const selftrainAndReport = async (
  run: Run,
  configuration: SelftrainConfiguration,
  options: Options,
  signal: AbortSignal,
): Promise<void> => {
  const result = await selftrain(run, configuration, {
    onProgress: progressOn(process.stderr),
    tell: say,
    approve: approveWith(options),
    signal,
  });
  const report = await reportOnRun(run.project, run.id);
  for (const line of report.summary) say(line);
  if (result.kept) say(`model: ${nameOfPolicy(run.id, await trainerOf(configuration.trainer), result)}`);
  say(`report: ${placeOf(report.path)}`);
  if (options.json) sayJson(report.json);
};

/** As `--model` takes it. */
const nameOfPolicy = (run: string, { plays }: Trainer, { model }: SelftrainResult): string =>
  plays === 'in-process' ? `embedded:${run}` : model;

/** A control has no siblings to prefer one to another, so its data are for SFT alone. */
const methodOf = ({ method, control }: Options): readonly Method[] => {
  const wanted = parseMethods(method ?? (control ? 'sft' : defaultSequence));
  if (!control || wanted.every(name => factsOf(name).imitates)) return wanted;
  throw new JuxtaError('bad-option', `--control ${control} has data for sft only, not for ${method}`, {
    hint: 'leave --method out, or give --method sft',
  });
};

const configurationOf = async (options: Options, folder: string): Promise<SelftrainConfiguration> => {
  const method = methodOf(options);
  const chosen = await chosenTrainer(options);
  const { trainer } = chosen;
  refuseForeign(trainer, { methods: method, hyperparameters: trainingOf(options) });
  const { cast, pace } = await playersOf(options, folder, unitOf(options));
  const { model } = cast;
  if (model === null)
    throw new JuxtaError('not-trainable', 'a scripted agent cannot be trained', {
      hint: 'leave --agent out',
    });
  if ((trainer.plays === 'in-process') === isRemote(model))
    throw new JuxtaError('not-trainable', `the trainer ${trainer.name} cannot train ${model}`, {
      hint: 'the embedded model is trained in process; for others name --trainer and how they are reached: --model http://HOST/v1#NAME',
    });
  const { generated, scripts } = await definitionOf(cast.environment);
  if (options.control === 'script' && scripts.length === 0)
    throw new JuxtaError('bad-option', `${titleOf(cast.environment)} has no scripted agent to learn from`, {
      hint: 'take --control unfiltered',
    });
  const configuration: SelftrainConfiguration = {
    cast,
    model,
    rounds: options.rounds,
    method,
    search: searchOf(options, pace),
    tasks: options.tasks ?? null,
    testTasks: options.testTasks ?? generated?.test ?? null,
    gateTasks: options.gateTasks ?? generated?.gate ?? null,
    minReward: options.minReward,
    data: options.control ?? 'harvest',
    training: trainingOf(options),
    ...playOf(options, pace),
    maxTries: pace.turnSteps ?? pace.tries,
    ...roundsOf(options, chosen, model),
  };
  await planOf(configuration); // splits that lack tasks are told of before a run begins
  const { base = model, training: changes, cast: players, ...rest } = configuration;
  await checkPlan({ ...rest, base, changes, environment: players.environment, data: {} });
  return configuration;
};
