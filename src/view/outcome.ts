/** What came out of a run, in a few words. */
import type { StoredBenchmark } from '../runs/benchmark.ts';
import { settings } from '../runs/configuration.ts';
import type { StoredDiagnosis } from '../runs/diagnosis.ts';
import type { EvaluationResult } from '../runs/evaluation.ts';
import { endsOf } from '../runs/project/losses.ts';
import type { RolloutSummary } from '../runs/rollout.ts';
import type { SelftrainResult } from '../runs/selftrain.ts';
import { stageKeys } from '../runs/stage-keys.ts';
import type { TrainResult } from '../runs/training/training.ts';
import type { StageRow } from '../store/rows.ts';
import { percent } from './format.ts';

/** Undefined as long as the stage that ends a run of its kind has no result. */
export const outcomeOf = (
  kind: string,
  stages: readonly Pick<StageRow, 'key' | 'result'>[],
): string | undefined => {
  const known = outcomes[kind];
  const stored = stages.find(({ key }) => key === known?.stage);
  if (!known || !stored?.result) return undefined;
  try {
    return known.words(JSON.parse(stored.result));
  } catch {
    // One damaged row must not keep a list of runs from telling of the others.
    return 'its result cannot be read';
  }
};

interface Outcome {
  readonly stage: string;
  words(result: unknown): string;
}

const outcome = <T>(stage: string, words: (result: T) => string): Outcome => ({
  stage,
  words: result => words(result as T),
});

const evaluated = outcome<Partial<EvaluationResult> | StoredBenchmark>(stageKeys.evaluate, result =>
  'benchmark' in result
    ? `${result.benchmark} score ${result.summary.overall.value?.toFixed(2) ?? '–'}`
    : `success ${settings
        .flatMap(each => (result[each] ? [`${percent(result[each].successRate)} ${each}`] : []))
        .join(', ')}`,
);

/** Of each kind of run, the stage that holds its result, and that result in a few words. */
const outcomes: Readonly<Record<string, Outcome>> = {
  selftrain: outcome<SelftrainResult>(
    stageKeys.result,
    ({ before, after }) =>
      `success ${percent(before.greedy.successRate)} → ${percent(after.greedy.successRate)} greedy, ` +
      `${percent(before.sampled.successRate)} → ${percent(after.sampled.successRate)} sampled`,
  ),
  rollout: outcome<RolloutSummary>(
    stageKeys.rollOut,
    ({ trees, averageReward }) => `${trees} trees, average reward ${averageReward.toFixed(3)}`,
  ),
  train: outcome<TrainResult>(stageKeys.train, ({ losses }) => {
    const ends = endsOf(losses).map(
      ({ method, last }, _, { length }) => `${length > 1 ? `${method} ` : ''}${last.toFixed(3)}`,
    );
    return `${losses.length} updates, last loss ${ends.length > 0 ? ends.join(', ') : '–'}`;
  }),
  diagnose: outcome<StoredDiagnosis>(
    stageKeys.diagnose,
    ({ of, failed, counts: { authors } }) =>
      `${of}: ${failed} failures, ${authors.agent} by the agent, ${authors.user} by the user`,
  ),
  evaluate: evaluated,
  play: evaluated,
};
