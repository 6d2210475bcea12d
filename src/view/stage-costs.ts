import type { EvaluationResult } from '../runs/evaluation.ts';
import { costOf } from '../runs/project/meter.ts';
import type { SelftrainResult } from '../runs/selftrain.ts';
import { roundKeys, stageKeys } from '../runs/stage-keys.ts';
import type { StageRow } from '../store/rows.ts';
import type { StageCost } from './report-data.ts';

/** Less is not worth a line. */
const LEAST_SECONDS = 0.05;

/** What the stages of a self-training run took, in their order. */
export const costsOf = (result: SelftrainResult, stages: readonly StageRow[]): StageCost[] => {
  const conversations = ({ greedy, sampled }: EvaluationResult): string =>
    `${greedy.n + sampled.n} conversations`;
  const details = new Map<string, string>([
    [stageKeys.before, conversations(result.before)],
    [stageKeys.after, conversations(result.after)],
  ]);
  for (const { round, rollout, train } of result.rounds) {
    details.set(
      roundKeys(round).rollOut,
      `${rollout.trees} trees, ${rollout.nodes} nodes, ${rollout.agentTokens} agent tokens`,
    );
    details.set(roundKeys(round).train, `${Math.round(train.tokensPerSecond)} tokens/s`);
  }
  return stages
    .filter(({ cost }) => cost !== null)
    .map((row): StageCost => {
      const detail = details.get(row.key);
      return { stage: row.key, ...costOf(row), ...(detail !== undefined && { detail }) };
    })
    .filter(({ seconds }) => seconds >= LEAST_SECONDS);
};
