/** One round of self-training, from the policy that plays to the one that might follow it. */
import { basename, join } from 'node:path';
import { hash } from '../base/random.ts';
import type { EmbeddedKl } from '../evaluate/kl.ts';
import { factsOf } from '../train/methods.ts';
import { trainerOf, trainerOptions } from '../train/registry.ts';
import type { Trainer } from '../train/trainer.ts';
import type { SelftrainConfiguration } from './configuration.ts';
import { type HarvestResult, harvestStage } from './harvest.ts';
import { klToBase } from './kl.ts';
import { mixIn, roundFile } from './mix.ts';
import type { SelftrainPlan } from './plan.ts';
import type { OnProgress } from './project/progress.ts';
import type { Run } from './project/project.ts';
import { type RolloutSummary, rollOut } from './rollout.ts';
import { roundKeys, settingKey, stageKeys } from './stage-keys.ts';
import { servedName } from './training/serving.ts';
import { type Approve, type TrainResult, trainStage } from './training/training.ts';

/** A model, as those who play know it and as the trainer does. */
export interface Policy {
  /** Path of an embedded model's weights, or the name under which a server or service offers it. */
  readonly plays: string;
  /** Weights, the folder of an adapter or model, a name on the hub or at a service. */
  readonly trains: string;
  /** Its id among the project's models; absent for what the run began with. */
  readonly id?: string;
  /** What an adapter belongs on. */
  readonly on?: string;
  /** How to serve it, for a person. */
  readonly hint?: string;
  readonly folder?: string;
}

/** What a round has to do with the world around it. */
export interface RoundContext {
  readonly onProgress: OnProgress;
  /** Shows a person what to know or do now. */
  readonly tell: (text: string) => void;
  /** Brings a policy to where it can be played. */
  readonly ready: (policy: Policy) => Promise<void>;
  readonly approve: Approve | undefined;
  readonly signal: AbortSignal | undefined;
}

export interface RoundOutcome {
  readonly policy: Policy;
  readonly rollout: RolloutSummary;
  readonly harvest: HarvestResult;
  /** Rows by method that earlier rounds added. */
  readonly mixed: Readonly<Record<string, number>>;
  readonly train: TrainResult;
  /** The embedded model's divergence from the base; not known of others. */
  readonly kl?: EmbeddedKl;
}

export const playRound = async (
  run: Run,
  configuration: SelftrainConfiguration,
  plan: SelftrainPlan,
  round: number,
  policies: { readonly base: Policy; readonly last: Policy },
  context: RoundContext,
): Promise<RoundOutcome> => {
  const { onProgress, signal } = context;
  const keys = roundKeys(round);
  const cast = { ...configuration.cast, model: policies.last.plays };
  const rollout = await run.stage(keys.rollOut, async ({ seconds }) => {
    await context.ready(policies.last);
    return rollOut(
      run.project,
      {
        run: run.id,
        stage: keys.rollOut,
        cast,
        split: plan.train.split,
        tasks: plan.train.ofRound(round),
        seed: configuration.seed,
        temperature: configuration.temperature,
        search: configuration.search,
        data: configuration.data,
        maxMessages: configuration.maxMessages,
        maxSteps: configuration.maxSteps,
        threads: configuration.threads,
        secondsBefore: seconds,
      },
      onProgress,
      signal,
    );
  });
  const folder = join(run.folder, `round-${round}`);
  const harvest = await run.stage(keys.harvest, () =>
    harvestStage(run, { ...configuration, cast }, { from: keys.rollOut, folder }),
  );
  const { data, mixed } = await run.stage(keys.mix, () => withEarlier(run, configuration, round, harvest));
  const start = configuration.from === 'base' ? policies.base : policies.last;
  const id = `${run.id}-round-${round}`;
  const { trainer: spec } = configuration;
  const trainer = await trainerOf(spec);
  const options = trainerOptions(trainer, spec?.options);
  // It keeps its base's name, by which its family is known.
  const merged = join(folder, `${basename(policies.base.trains)}-merged`);
  const base =
    (await trainer.asBase?.({ id, path: start.trains }, merged, { options, signal })) ?? start.trains;
  const train = await run.stage(keys.train, ({ seconds }) =>
    trainStage(
      {
        stage: keys.train,
        ...(spec && { trainer: spec }),
        id,
        environment: configuration.cast.environment,
        base,
        data,
        method: configuration.method,
        changes: configuration.training,
        folder,
        seed: hash(configuration.seed, 'train', round),
        threads: configuration.threads,
        secondsBefore: seconds,
      },
      onProgress,
      { signal, approve: context.approve, tell: text => context.tell(`round ${round}: ${text}`) },
    ),
  );
  const policy = policyOf(configuration, trainer, id, { ...train, base, folder });
  await run.project.store.saveModel({
    id: `${run.id}/round-${round}`,
    run: run.id,
    base,
    path: train.model,
    metadata: JSON.stringify({ round, method: configuration.method, plays: policy.plays, hint: train.hint }),
  });
  const kl =
    trainer.plays === 'in-process'
      ? await run.stage(keys.kl, () =>
          klToBase(
            run.project,
            {
              run: run.id,
              stage: keys.kl,
              environment: configuration.cast.environment,
              prompts: settingKey(stageKeys.gateBefore, 'sampled'),
              model: policy.plays,
              base: policies.base.plays,
              seed: configuration.seed,
            },
            onProgress,
            signal,
          ),
        )
      : undefined;
  return { policy, rollout, harvest, mixed, train, ...(kl && { kl }) };
};

/** How what was trained is played. */
const policyOf = (
  { serving }: SelftrainConfiguration,
  trainer: Trainer,
  id: string,
  { model, hint, base, folder }: TrainResult & { readonly base: string; readonly folder: string },
): Policy => {
  const plays = trainer.plays === 'served' && serving ? servedName(serving.template, id) : model;
  return { id, plays, trains: model, on: base, folder, ...(hint !== undefined && { hint }) };
};

/** The round's data with those of earlier rounds, or as it is. */
const withEarlier = async (
  run: Run,
  { mix = 0, seed, method: methods }: SelftrainConfiguration,
  round: number,
  { folders }: HarvestResult,
): Promise<{
  readonly data: Readonly<Record<string, string>>;
  readonly mixed: Readonly<Record<string, number>>;
}> => {
  if (mix === 0 || round === 1) return { data: folders, mixed: {} };
  const data: Record<string, string> = {};
  const mixed: Record<string, number> = {};
  for (const method of new Set(methods)) {
    const out = join(run.folder, `round-${round}`, 'mixed', `${method}.jsonl`);
    const earlier = Array.from({ length: round - 1 }, (_, i) => roundFile(run.folder, i + 1, method));
    mixed[method] = await mixIn({
      own: roundFile(run.folder, round, method),
      earlier,
      share: mix,
      seed: hash(seed, 'mix', method, round),
      shuffled: factsOf(method).labelled,
      out,
    });
    data[method] = out;
  }
  return { data, mixed };
};
