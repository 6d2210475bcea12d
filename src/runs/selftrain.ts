/**
 * The main job: an agent trains itself. Each round rolls out trees with the current model, harvests what their
 * branches show, trains on it, and is kept only if a gate set, neither trained on nor reported, did not get worse.
 * Before the first round and after the last the same held-out tasks are played with the same seeds.
 *
 * Every step is a stage whose result is stored: a killed run resumes at the stage, and inside it at the tree,
 * conversation or training step, where it was.
 */
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { JuxtaError } from '../base/errors.ts';
import { writeWhole } from '../base/whole.ts';
import type { Counts } from '../models/layers/events.ts';
import type { Spent } from '../rollout/run-models.ts';
import { trainerOf } from '../train/registry.ts';
import type { SelftrainConfiguration } from './configuration.ts';
import { type EvaluationResult, evaluateModel } from './evaluation.ts';
import { decided, gateScore } from './gate.ts';
import { planOf, type TaskSet } from './plan.ts';
import type { Run } from './project/project.ts';
import { type Policy, playRound, type RoundContext, type RoundOutcome } from './round.ts';
import { roundKeys, stageKeys } from './stage-keys.ts';
import { serve } from './training/serving.ts';

export interface RoundResult extends Omit<RoundOutcome, 'policy'> {
  readonly round: number;
  /**
   * Mean of the greedy and sampled success rates on the gate set, with the model before and after the round. Null in
   * runs of earlier versions if faults left no conversation to judge by.
   */
  readonly gate: { readonly before: number; readonly after: number | null };
  readonly kept: boolean;
}

/** What a self-training ended with. */
export interface SelftrainResult {
  readonly run: string;
  /** As those who play know it. */
  readonly model: string;
  readonly before: EvaluationResult;
  readonly after: EvaluationResult;
  readonly rounds: readonly RoundResult[];
  /** True if at least one round was kept, so that `after` was played with another model than `before`. */
  readonly kept: boolean;
  /** What its remote models took, and what happened on the way; absent without any. */
  readonly requests?: { readonly spent: Spent; readonly events: Counts };
}

/**
 * @throws JuxtaError `nothing-harvested` in the first round (in a later one the rounds just end), `not-approved`,
 *   `gate-undecided`, `serving-failed`, `not-served`, `interrupted`; what a trainer throws
 */
export const selftrain = async (
  run: Run,
  configuration: SelftrainConfiguration,
  given: Pick<RoundContext, 'onProgress'> & Partial<Pick<RoundContext, 'tell' | 'approve' | 'signal'>>,
): Promise<SelftrainResult> => {
  const { onProgress, approve, signal, tell = () => undefined } = given;
  const plan = await planOf(configuration);
  const ready = servingOnce(configuration, tell, signal);
  const context: RoundContext = { onProgress, approve, signal, tell, ready };
  const evaluate = async (stage: string, policy: Policy, tasks: TaskSet): Promise<EvaluationResult> => {
    await ready(policy);
    const given = { run: run.id, stage, model: policy.plays, tasks };
    return evaluateModel(run.project, configuration, given, onProgress, signal);
  };
  const play = (stage: string, policy: Policy): Promise<EvaluationResult> =>
    run.stage(stage, () => evaluate(stage, policy, plan.test));
  const gate = async (stage: string, policy: Policy): Promise<number> =>
    gateScore(
      await run.stage(stage, async () => decided(run, stage, await evaluate(stage, policy, plan.gate))),
    );

  const base: Policy = { plays: configuration.model, trains: configuration.base ?? configuration.model };
  const before = await play(stageKeys.before, base);
  let last = base;
  let gateBefore = await gate(stageKeys.gateBefore, last);
  const rounds: RoundResult[] = [];
  for (let round = 1; round <= configuration.rounds; round++) {
    const played = await playRound(run, configuration, plan, round, { base, last }, context).catch(thrown => {
      if (round > 1 && thrown instanceof JuxtaError && thrown.code === 'nothing-harvested') return thrown;
      throw thrown;
    });
    if (played instanceof JuxtaError) {
      tell(`the rounds end here, for there is nothing left to learn from: ${played.message}`);
      break;
    }
    const { policy, ...outcome } = played;
    const score = await gate(roundKeys(round).gate, policy);
    const kept = score >= gateBefore;
    rounds.push({ round, ...outcome, gate: { before: gateBefore, after: score }, kept });
    if (!kept) continue;
    last = policy;
    gateBefore = score;
  }
  const kept = last !== base;
  const after = kept ? await play(stageKeys.after, last) : before;
  await keep(run, configuration, last);
  const { runModels } = run.project;
  const requests = runModels && { requests: { spent: runModels.spent(), events: runModels.counts() } };
  const result = { run: run.id, model: last.plays, before, after, rounds, kept, ...requests };
  return run.stage(stageKeys.result, async () => result);
};

/** Brings each trained model to where it can be played, once. */
const servingOnce = (
  { serving }: SelftrainConfiguration,
  tell: (text: string) => void,
  signal: AbortSignal | undefined,
): ((policy: Policy) => Promise<void>) => {
  const known = new Map<string, Promise<void>>();
  return async ({ id, plays, trains, on = '', hint, folder = '.' }) => {
    if (!serving || id === undefined) return;
    const served = { id, name: plays, path: trains, base: on, folder, ...(hint !== undefined && { hint }) };
    const done = known.get(id) ?? serve(served, serving, tell, signal);
    known.set(id, done);
    await done;
  };
};

/** Under the run's name, so that it means what the run ended with. */
const keep = async (run: Run, configuration: SelftrainConfiguration, last: Policy): Promise<void> => {
  if ((await trainerOf(configuration.trainer)).plays !== 'in-process') {
    const { plays, trains: path, hint } = last;
    const metadata = JSON.stringify({ method: configuration.method, plays, hint });
    const base = configuration.base ?? configuration.model;
    await run.project.store.saveModel({ id: run.id, run: run.id, base, path, metadata });
    return;
  }
  await writeWhole(join(run.folder, 'model.safetensors'), partial => copyFile(last.plays, partial));
};
