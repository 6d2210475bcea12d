/** Has a judge say what went wrong in the failed conversations of a finished evaluation. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { JuxtaError } from '../base/errors.ts';
import { inParallel } from '../base/in-parallel.ts';
import type { Turn } from '../dialogue/turn.ts';
import type { Task } from '../environments/environment.ts';
import { openEnvironment } from '../environments/open.ts';
import {
  countDiagnoses,
  type Diagnosis,
  type DiagnosisCounts,
  diagnose,
  diagnosisFile,
} from '../evaluate/diagnose/diagnose.ts';
import type { FailedConversation } from '../evaluate/diagnose/prompts.ts';
import { type ErrorBreakdown, errorBreakdown, type GoalAnalysis } from '../evaluate/errors.ts';
import { openEmbeddedModel } from '../models/embedded/model.ts';
import { isRemote } from '../rollout/cast.ts';
import { type Limits, openRunModels } from '../rollout/run-models.ts';
import type { EvaluationRow } from '../store/rows.ts';
import type { EvaluateRunConfiguration, SelftrainConfiguration, Setting } from './configuration.ts';
import { planOf, type TaskSet, taskSet } from './plan.ts';
import type { OnProgress } from './project/progress.ts';
import { type Project, type Run, storedConfiguration } from './project/project.ts';
import { reasonOf } from './reason-of.ts';
import { settingKey, stageKeys } from './stage-keys.ts';
import { readStageResult } from './stage-results.ts';

export interface DiagnosisConfiguration {
  /** The run whose conversations are looked at. */
  readonly of: string;
  /** A provider's model, or the path of an embedded model's weights. */
  readonly judge: string;
  /** Whose conversations are looked at. */
  readonly settings: readonly Setting[];
  /** Most conversations; null: all that failed. */
  readonly most: number | null;
  readonly seed: number;
  readonly threads: number;
  readonly limits: Limits;
}

export interface StoredDiagnosis {
  readonly of: string;
  readonly judge: string;
  /** Conversations that no fault ended. */
  readonly conversations: number;
  readonly failed: number;
  readonly diagnoses: readonly Diagnosis[];
  readonly counts: DiagnosisCounts;
  /** What calls and goals alone say of the same conversations. */
  readonly byRule: ErrorBreakdown;
}

const IN_FLIGHT = 8;

/**
 * Asks the judge, and writes `diagnosis.json`, in the layout of the original's script, into the run's folder. A run that was cut short
 * goes on with the answers that it has paid for.
 * @throws JuxtaError `no-evaluation`, `budget-spent`, `interrupted`; ModelError
 */
export const runDiagnosis = async (
  run: Run,
  { of, judge: name, settings, most, seed, limits }: DiagnosisConfiguration,
  onProgress: OnProgress,
  signal?: AbortSignal,
): Promise<{ readonly result: StoredDiagnosis; readonly spent: string }> => {
  const evaluated = await evaluationOf(run.project, of);
  const runModels = await openRunModels(run.project.store, run.id, limits, 'default');
  try {
    const result = await run.stage(stageKeys.diagnose, async (): Promise<StoredDiagnosis> => {
      const judge = isRemote(name) ? runModels.open(name) : await openEmbeddedModel(name, { id: name });
      const rows = await rowsOf(run.project, of, evaluated.stage, settings);
      const failed = rows.filter(row => !row.success);
      const looked = failed.slice(0, most ?? undefined);
      let done = 0;
      const diagnoses = await inParallel(looked, limits.maxInFlight ?? IN_FLIGHT, async row => {
        const diagnosis = await diagnose(judge, await evaluated.conversation(row), {
          seed,
          ...(signal && { signal }),
        });
        onProgress({
          stage: 'diagnose',
          done: ++done,
          total: looked.length,
          unit: 'conversations',
          note: runModels.note(),
        });
        return diagnosis;
      });
      await writeFile(
        join(run.folder, 'diagnosis.json'),
        `${JSON.stringify(diagnosisFile(diagnoses), null, 2)}\n`,
      );
      return {
        of,
        judge: judge.id,
        conversations: rows.length,
        failed: failed.length,
        diagnoses,
        counts: countDiagnoses(diagnoses),
        byRule: errorBreakdown(looked.map(row => JSON.parse(row.failures) as GoalAnalysis[])),
      };
    });
    return { result, spent: runModels.note('ended') };
  } catch (thrown) {
    throw reasonOf(thrown, runModels, signal);
  } finally {
    await runModels.close();
  }
};

/** The conversations of an evaluation that no fault ended, in the order of their keys. */
const rowsOf = async (
  { store }: Project,
  run: string,
  stage: string,
  settings: readonly Setting[],
): Promise<readonly EvaluationRow[]> => {
  const rows: EvaluationRow[] = [];
  for (const setting of settings)
    for await (const row of store.evaluations({ run, stage: settingKey(stage, setting) }, setting))
      if (row.fault === null) rows.push(row);
  return rows;
};

interface Evaluated {
  /** Where its conversations are kept. */
  readonly stage: string;
  conversation(row: EvaluationRow): Promise<FailedConversation>;
}

/** @throws JuxtaError `no-evaluation` */
export const evaluationOf = async (project: Project, id: string): Promise<Evaluated> => {
  const row = await project.store.run(id);
  const stage = row && stages[row.kind];
  const stored = stage === undefined ? undefined : await project.store.stage(id, stage);
  const measured = stored?.status === 'finished' ? readStageResult(stored) : undefined;
  if (!row || stage === undefined || !isEvaluation(measured))
    throw new JuxtaError('no-evaluation', `${id} is no run whose evaluation has finished`, {
      hint: '`juxta runs` lists the runs; evaluate, or self-train, first',
    });
  const configuration = storedConfiguration(project, row) as EvaluateRunConfiguration &
    SelftrainConfiguration;
  const environment = await openEnvironment(configuration.cast.environment);
  const { split, tasks }: TaskSet =
    row.kind === 'selftrain'
      ? (await planOf(configuration)).test
      : taskSet(environment, configuration.split, configuration.count, configuration);
  const places = new Map(tasks.map(({ id, index }) => [id, index]));
  return {
    stage,
    conversation: async ({ task: name, seed, transcript }) => {
      const start = places.get(name);
      const [task] = start === undefined ? [] : environment.tasks(split, { start, count: 1 });
      if (!task)
        throw new JuxtaError(
          'unknown-task',
          `${environment.name} has no task ${name} in its split ${split}`,
          {
            hint: 'diagnose with the data that the evaluation was made with',
          },
        );
      return {
        task: name,
        seed,
        instructions: task.instructions,
        expected: environment.goals(task).map(({ tool, arguments: args }) => ({ tool, arguments: args })),
        outputs: outputsOf(task),
        turns: JSON.parse(transcript) as readonly Turn[],
      };
    },
  };
};

/** A benchmark has no conversations of tasks. */
const isEvaluation = (result: unknown): boolean =>
  typeof result === 'object' && result !== null && !('benchmark' in result);

/** Of each kind of run, the stage whose conversations are diagnosed. */
const stages: Readonly<Record<string, string>> = {
  evaluate: stageKeys.evaluate,
  selftrain: stageKeys.after,
};

const withOutputs = z.object({ outputs: z.array(z.string()) });

/** What the agent has to say, if the task names it. */
const outputsOf = (task: Task): readonly string[] => withOutputs.safeParse(task).data?.outputs ?? [];
