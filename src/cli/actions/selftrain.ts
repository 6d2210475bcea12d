import { JuxtaError } from '../../base/errors.ts';
import { definitionOf } from '../../environments/registry.ts';
import { titleOf } from '../../environments/spec.ts';
import { isRemote } from '../../rollout/cast.ts';
import type { SelftrainConfiguration } from '../../runs/configuration.ts';
import { planOf } from '../../runs/plan.ts';
import type { Run } from '../../runs/project/project.ts';
import { type SelftrainResult, selftrain } from '../../runs/selftrain.ts';
import { checkPlan } from '../../runs/training/training.ts';
import { defaultSequence, factsOf, type Method, parseMethods } from '../../train/methods.ts';
import { refuseForeign } from '../../train/refuse.ts';
import { trainerOf } from '../../train/registry.ts';
import type { Trainer } from '../../train/trainer.ts';
import { reportOnRun } from '../../view/run-report.ts';
import type { Action } from '../commands/command.ts';
import type { Options as CommandOptions } from '../commands/selftrain.ts';
import { playersOf, playOf } from '../configure/players.ts';
import { roundsOf } from '../configure/rounds.ts';
import { searchOf, unitOf } from '../configure/search.ts';
import { approveWith, chosenTrainer, trainingOf } from '../configure/training.ts';
import type { EnvironmentOptions } from '../options/environment.ts';
import { placeOf, progressOn, say } from '../terminal/terminal.ts';
import { inRun, type Outcome } from './run.ts';

type Options = CommandOptions & EnvironmentOptions;

export const action: Action<Options> = (options, call) =>
  inRun(configurationOf, selftrainAndReport)(options, call);

const selftrainAndReport = async (
  run: Run,
  configuration: SelftrainConfiguration,
  options: Options,
  signal: AbortSignal,
): Promise<Outcome> => {
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
  return { json: report.json };
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
    // A control searches nothing: its conversations may go on as those of an evaluation do.
    search: searchOf(options, options.control ? { ...pace, tries: pace.turnSteps ?? pace.tries } : pace),
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
