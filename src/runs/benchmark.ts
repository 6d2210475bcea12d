/** MT-Bench as a run: what a model can do in general, set beside what another run measured before. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { JuxtaError } from '../base/errors.ts';
import type { MtBenchFiles } from '../evaluate/mt-bench/files.ts';
import { compareMtBench, type MtBenchResult, mtBench } from '../evaluate/mt-bench/mt-bench.ts';
import { answerRows, judgmentRows, pairRows } from '../evaluate/mt-bench/official.ts';
import type { MtBenchComparison } from '../evaluate/mt-bench/summary.ts';
import type { JudgeParse } from '../evaluate/mt-bench/verdict.ts';
import { openEmbeddedModel } from '../models/embedded/model.ts';
import type { Model } from '../models/model.ts';
import { isRemote } from '../rollout/cast.ts';
import { type Limits, openRunModels } from '../rollout/run-models.ts';
import type { OnProgress } from './project/progress.ts';
import type { Project, Run } from './project/project.ts';
import { reasonOf } from './reason-of.ts';
import { stageKeys } from './stage-keys.ts';
import { readStageResult } from './stage-results.ts';

export interface BenchmarkConfiguration {
  readonly benchmark: 'mt-bench';
  /** A provider's model, or the path of an embedded model's weights. */
  readonly model: string;
  readonly judge: string;
  readonly files: MtBenchFiles;
  /** null: all. */
  readonly categories: readonly string[] | null;
  /** A finished benchmark run to be compared with, or null. */
  readonly baseline: string | null;
  /** How the judge's scores are read; runs from before this could be chosen read them strictly. */
  readonly judgeParse?: JudgeParse;
  /** Whether the judge also compares each answer with the baseline's. */
  readonly pairwise?: boolean;
  readonly seed: number;
  readonly threads: number;
  readonly limits: Limits;
}

/** Marked, because `juxta evaluate` keeps its other results under the same stage. */
export type StoredBenchmark = MtBenchResult & { readonly benchmark: 'mt-bench' };

export interface BenchmarkOutcome {
  readonly result: StoredBenchmark;
  /** What the baseline's model and this one got for the turns that both have a score for. */
  readonly comparison?: MtBenchComparison;
  /** For people: requests, tokens, cost. */
  readonly spent: string;
}

const benchmarkStage = stageKeys.evaluate;
const IN_FLIGHT = 8;

/**
 * Asks, judges, and writes `model_answer.jsonl` and `model_judgment.jsonl` into the run's folder. A run that was cut
 * short goes on with the answers that it has paid for.
 * @throws JuxtaError `no-baseline`, `budget-spent`, `interrupted`; ModelError; BadInputError naming file, line and field
 */
export const runMtBench = async (
  run: Run,
  configuration: BenchmarkConfiguration,
  onProgress: OnProgress,
  signal?: AbortSignal,
): Promise<BenchmarkOutcome> => {
  const { judge, files, categories, baseline, judgeParse = 'strict', pairwise, seed, limits } = configuration;
  const before = baseline === null ? undefined : await storedBenchmark(run.project, baseline);
  const runModels = await openRunModels(run.project.store, run.id, limits, 'default');
  const open = async (name: string): Promise<Model> =>
    isRemote(name) ? runModels.open(name) : openEmbeddedModel(name, { id: name });
  try {
    const result = await run.stage(benchmarkStage, async (): Promise<StoredBenchmark> => {
      const measured = await mtBench({
        ...files,
        model: await open(configuration.model),
        judge: await open(judge),
        seed,
        parse: judgeParse,
        ...(pairwise && before && { against: before }),
        concurrency: limits.maxInFlight ?? IN_FLIGHT,
        ...(categories && { categories }),
        ...(signal && { signal }),
        onProgress: ({ done, questions, scored, mean }) =>
          onProgress({
            stage: 'mt-bench',
            done,
            total: questions,
            unit: 'questions',
            note: [...(scored > 0 ? [`score ${mean.toFixed(2)}`] : []), runModels.note()].join(', '),
          }),
      });
      await writeOfficial(run.folder, measured);
      return { benchmark: 'mt-bench', ...measured };
    });
    const comparison = before && compareMtBench(before, result, { seed });
    return { result, ...(comparison && { comparison }), spent: runModels.note('ended') };
  } catch (thrown) {
    throw reasonOf(thrown, runModels, signal);
  } finally {
    await runModels.close();
  }
};

/** @throws JuxtaError `no-baseline` */
const storedBenchmark = async ({ store }: Project, id: string): Promise<StoredBenchmark> => {
  const stored = await store.stage(id, benchmarkStage);
  const result = stored?.result ? (readStageResult(stored) as Partial<StoredBenchmark>) : {};
  if (result.benchmark === 'mt-bench') return result as StoredBenchmark;
  throw new JuxtaError('no-baseline', `${id} is no finished run of this benchmark`, {
    hint: '`juxta runs` lists the runs; measure the model before with: juxta evaluate --benchmark mt-bench',
  });
};

/** In the layouts of the original's own files. */
const writeOfficial = async (folder: string, result: MtBenchResult): Promise<void> => {
  const seconds = Math.floor(Date.now() / 1000);
  const write = (name: string, rows: readonly object[]): Promise<void> =>
    writeFile(join(folder, name), rows.map(row => `${JSON.stringify(row)}\n`).join(''));
  await write('model_answer.jsonl', answerRows(result, seconds));
  await write('model_judgment.jsonl', judgmentRows(result, seconds));
  if (result.pairwise) await write('model_judgment_pair.jsonl', pairRows(result, seconds));
};
