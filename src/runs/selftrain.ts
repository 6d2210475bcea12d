/**
 * The main job: an agent trains itself. Each round rolls out trees with the current model, harvests what their
 * branches show, trains on it, and is kept only if a gate set, neither trained on nor reported, did not get worse.
 * Before the first round and after the last the same held-out tasks are played with the same seeds.
 *
 * Every step is a stage whose result is stored: a killed run resumes at the stage, and inside it at the tree,
 * conversation or training step, where it was.
 */
import { copyFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { hash } from '../base/random.ts';
import type { SelftrainConfiguration } from './configuration.ts';
import { type EvaluationResult, evaluateModel } from './evaluation.ts';
import { type HarvestResult, harvestStage } from './harvest.ts';
import { planOf } from './plan.ts';
import type { OnProgress } from './progress.ts';
import type { Run } from './project.ts';
import { type RolloutSummary, rollOut } from './rollout.ts';
import { type TrainResult, trainStage } from './training.ts';

export interface RoundResult {
  readonly round: number;
  readonly rollout: RolloutSummary;
  readonly harvest: HarvestResult;
  readonly train: TrainResult;
  /** Mean of the greedy and sampled success rates on the gate set, with the model before and after the round. */
  readonly gate: { readonly before: number; readonly after: number };
  readonly kept: boolean;
}

export interface SelftrainResult {
  readonly run: string;
  readonly model: string;
  readonly before: EvaluationResult;
  readonly after: EvaluationResult;
  readonly rounds: readonly RoundResult[];
  /** True if at least one round was kept, so that `after` was played with another model than `before`. */
  readonly kept: boolean;
}

export const selftrain = async (
  run: Run,
  configuration: SelftrainConfiguration,
  onProgress: OnProgress,
  signal?: AbortSignal,
): Promise<SelftrainResult> => {
  const plan = await planOf(configuration);
  const test = (stage: string, model: string): Promise<EvaluationResult> =>
    run.stage(stage, () =>
      evaluateModel(
        run.project,
        configuration,
        { run: run.id, stage, model, tasks: plan.test },
        onProgress,
        signal,
      ),
    );
  const gate = async (stage: string, model: string): Promise<number> => {
    const { greedy, sampled } = await run.stage(stage, () =>
      evaluateModel(
        run.project,
        configuration,
        { run: run.id, stage, model, tasks: plan.gate },
        onProgress,
        signal,
      ),
    );
    return (greedy.successRate + sampled.successRate) / 2;
  };

  const base = configuration.model;
  const before = await test('before', base);
  let model = base;
  let gateBefore = await gate('gate before', model);
  const rounds: RoundResult[] = [];
  for (let round = 1; round <= configuration.rounds; round++) {
    const stage = (name: string): string => `round ${round}: ${name}`;
    const cast = { ...configuration.cast, model };
    const rollout = await run.stage(stage('roll out'), () =>
      rollOut(
        run.project,
        {
          run: run.id,
          stage: stage('roll out'),
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
        },
        onProgress,
        signal,
      ),
    );
    const folder = join(run.folder, `round-${round}`);
    const harvested = await run.stage(stage('harvest'), () =>
      harvestStage(run, { ...configuration, cast }, { from: stage('roll out'), folder }),
    );
    const train = await run.stage(stage('train'), () =>
      trainStage(
        {
          stage: stage('train'),
          environment: configuration.cast.environment,
          base: model,
          data: harvested.folders,
          method: configuration.method,
          changes: configuration.training,
          folder,
          seed: hash(configuration.seed, 'train', round),
          threads: configuration.threads,
        },
        onProgress,
        signal,
      ),
    );
    await run.project.store.saveModel({
      id: `${run.id}/round-${round}`,
      run: run.id,
      base: model,
      path: train.model,
      metadata: JSON.stringify({ round, method: configuration.method }),
    });
    const gateAfter = await gate(stage('gate'), train.model);
    const kept = gateAfter >= gateBefore;
    rounds.push({
      round,
      rollout,
      harvest: harvested,
      train,
      gate: { before: gateBefore, after: gateAfter },
      kept,
    });
    if (!kept) continue;
    model = train.model;
    gateBefore = gateAfter;
  }
  const kept = model !== base;
  const after = kept ? await test('after', model) : before;
  // Under one name, so that `embedded:RUN` is what the run ended with.
  const last = join(run.folder, 'model.safetensors');
  await copyFile(model, `${last}.partial`);
  await rename(`${last}.partial`, last);
  return run.stage('result', async () => ({ run: run.id, model, before, after, rounds, kept }));
};
