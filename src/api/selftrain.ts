/** `juxta selftrain`, from code. */
import { JuxtaError } from '../base/errors.ts';
import { definitionOf } from '../environments/registry.ts';
import { isRemote } from '../rollout/cast.ts';
import { cores } from '../rollout/threads.ts';
import type { SelftrainConfiguration } from '../runs/configuration.ts';
import { planOf } from '../runs/plan.ts';
import { type SelftrainResult, selftrain as selftrainRun } from '../runs/selftrain.ts';
import type { Serving } from '../runs/training/serving.ts';
import { checkPlan } from '../runs/training/training.ts';
import { defaultSequence, type Method, parseMethods } from '../train/methods.ts';
import { trainerOf } from '../train/registry.ts';
import type { TrainContext } from '../train/trainer.ts';
import { inRun, type RunSettings } from './in-run.ts';
import { type PlaySettings, playersOf, type Watch } from './players.ts';
import { type RolloutSettings, searchOf } from './rollout.ts';
import { type TrainSettings, trainerSpec } from './train.ts';

/** What `selftrain` is told. `tasks` are those of each round; splits are chosen by purpose. */
export interface SelftrainSettings
  extends RunSettings,
    Omit<PlaySettings, 'split' | 'start'>,
    Pick<RolloutSettings, 'search'>,
    Pick<TrainSettings, 'trainer' | 'trainerOptions' | 'hyperparameters'> {
  /** Default: 1. */
  readonly rounds?: number;
  /** Trainings in sequence (default: SFT, then DPO). */
  readonly methods?: readonly Method[];
  /** Held-out tasks, and those that decide whether a round is kept (default: all, or the environment's number of generated ones). */
  readonly testTasks?: number;
  readonly gateTasks?: number;
  /** Least reward of the trees that are trained on (default: 1). */
  readonly minReward?: number;
  /** What each round trains from: the base, or what the last round that was kept ended with (default). */
  readonly from?: 'base' | 'last';
  /** The share of a round's examples that come from earlier rounds, in [0, 1) (default: 0). */
  readonly mix?: number;
  /** What a trainer of other models starts from: a folder, a name on the hub. */
  readonly base?: string;
  /** How a model that another trainer made comes to be played; the embedded one needs nothing. */
  readonly serving?: Serving;
}

/**
 * The main job: an agent trains itself, from rollouts to a comparison on held-out tasks, and each round is kept only if a gate set did
 * not get worse. `resume` goes on with a run that was cut short, and ends as an unbroken one would have.
 *
 * @example
 * const { run, kept, before, after } = await selftrain({ environment: 'hamlet', rounds: 2 });
 * console.log(kept, before.greedy.success.value, after.greedy.success.value, `embedded:${run}`);
 * @param watch.approve asked before anything that costs is begun; without it, nothing that does is
 * @throws JuxtaError `nothing-harvested` in the first round, `gate-undecided`, `not-trainable`, `interrupted`; what the trainer throws
 */
export const selftrain = (
  settings: SelftrainSettings = {},
  { onProgress, signal, approve }: Watch & Pick<TrainContext, 'approve'> = {},
): Promise<SelftrainResult> =>
  inRun(
    'selftrain',
    settings,
    () => configurationOf(settings),
    (run, configuration) =>
      selftrainRun(run, configuration, {
        onProgress: onProgress ?? (() => undefined),
        ...(signal && { signal }),
        ...(approve && { approve }),
      }),
  );

const configurationOf = async (settings: SelftrainSettings): Promise<SelftrainConfiguration> => {
  const { cast: players, pace } = await playersOf(settings);
  const { model } = players;
  const trainer = trainerSpec(settings);
  const { name, plays } = await trainerOf(trainer);
  if (model === null || (plays === 'in-process') === isRemote(model))
    throw new JuxtaError('not-trainable', `the trainer ${name} cannot train ${model ?? 'a script'}`, {
      hint: 'the embedded model is trained in process; for others name a trainer, and a model that is reached over a network',
    });
  const { generated } = await definitionOf(players.environment);
  const search = searchOf(settings, pace);
  const { from, mix, base, serving, hyperparameters: changes = {} } = settings;
  const configuration: SelftrainConfiguration = {
    cast: search.branching === 'turn' ? players : { ...players, pace: 'requests' },
    model,
    rounds: settings.rounds ?? 1,
    method: settings.methods ?? parseMethods(defaultSequence),
    search,
    tasks: settings.tasks ?? null,
    testTasks: settings.testTasks ?? generated?.test ?? null,
    gateTasks: settings.gateTasks ?? generated?.gate ?? null,
    minReward: settings.minReward ?? 1,
    data: 'harvest',
    training: changes,
    seed: settings.seed ?? 1,
    temperature: settings.temperature ?? 1,
    maxMessages: pace.messages,
    maxSteps: pace.steps,
    maxTries: pace.turnSteps ?? pace.tries,
    threads: settings.threads ?? cores(),
    limits: settings.limits ?? {},
    ...(trainer && { trainer }),
    ...(from && { from }),
    ...(mix !== undefined && { mix }),
    ...(base !== undefined && { base }),
    ...(serving && { serving }),
  };
  await planOf(configuration); // splits that lack tasks are told of before a run begins
  const { training: _training, cast, base: start = model, ...rest } = configuration;
  await checkPlan({ ...rest, base: start, changes, environment: cast.environment, data: {} });
  return configuration;
};
