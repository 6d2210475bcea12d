/** What a run's trainings did: losses, and round by round what was rolled out, trained on and kept. */

import type { EvaluationResult } from '../../runs/evaluation.ts';
import { gateScore } from '../../runs/gate.ts';
import type { RolloutSummary } from '../../runs/rollout.ts';
import type { SelftrainResult } from '../../runs/selftrain.ts';
import { roundKeys, stageKeys } from '../../runs/stage-keys.ts';
import { readStageResult } from '../../runs/stage-results.ts';
import type { TrainResult } from '../../runs/training/training.ts';
import type { StoreReader } from '../../store/reader.ts';
import type { LearnedRound, LearningDetail, LossCurve } from './api.ts';

/** More points than a chart has pixels are thinned out. */
const MOST_POINTS = 600;

/** @throws JuxtaError `damaged-run`, `run-too-new` */
export const learningDetail = (reader: StoreReader, run: string): LearningDetail => {
  const stages = new Map(reader.stages(run).map(stage => [stage.key, stage]));
  const resultOf = <T>(key: string): T | undefined => {
    const stage = stages.get(key);
    return stage?.status === 'finished' ? (readStageResult(stage) as T) : undefined;
  };
  const gate = (key: string): number | null => {
    const result = resultOf<EvaluationResult>(key);
    return result ? finite(gateScore(result)) : null;
  };
  const rounds = [...stages.keys()].flatMap(key => {
    const [, round] = /^round (\d+): roll out$/.exec(key) ?? [];
    return round === undefined ? [] : [Number(round)];
  });
  const ended = resultOf<SelftrainResult>(stageKeys.result);
  const curves = (name: string, key: string): readonly LossCurve[] =>
    lossCurves(name, resultOf<TrainResult>(key));
  return {
    gateBefore: gate(stageKeys.gateBefore),
    rounds: rounds.map((round): LearnedRound => {
      const keys = roundKeys(round);
      const rolledOut = resultOf<RolloutSummary>(keys.rollOut);
      const harvested = resultOf<SelftrainResult['rounds'][number]['harvest']>(keys.harvest);
      const kl = resultOf<NonNullable<SelftrainResult['rounds'][number]['kl']>>(keys.kl);
      return {
        round,
        averageReward: rolledOut ? finite(rolledOut.averageReward) : null,
        examples: harvested ? harvested.rows : null,
        klPerToken: kl ? finite(kl.perToken.value) : null,
        gate: gate(keys.gate),
        kept: ended?.rounds.find(one => one.round === round)?.kept ?? null,
      };
    }),
    losses: [
      ...curves('', stageKeys.train),
      ...rounds.flatMap(round => curves(`round ${round}, `, roundKeys(round).train)),
    ],
  };
};

const finite = (value: number | null): number | null => (Number.isFinite(value) ? value : null);

const lossCurves = (name: string, result: TrainResult | undefined): readonly LossCurve[] =>
  [...Map.groupBy(result?.losses ?? [], ({ method }) => method)].map(([method, points]) => ({
    name: `${name}${method.toUpperCase()}`,
    points: thinned(points.map(({ step, loss }) => [step, loss] as const)),
  }));

/** Every so-manieth point, and the last. */
const thinned = <T>(points: readonly T[]): readonly T[] => {
  const every = Math.ceil(points.length / MOST_POINTS);
  return points.filter((_, i) => i % every === 0 || i === points.length - 1);
};
