/** Plays held-out tasks, greedily and sampled. Each conversation is stored at once. */
import { hash } from '../base/random.ts';
import { isFault, type Turn } from '../dialogue/turn.ts';
import { openEnvironment } from '../environments/open.ts';
import { analyseErrors, type ErrorBreakdown, errorBreakdown, type GoalAnalysis } from '../evaluate/errors.ts';
import { isSuccess, type Metrics, metrics } from '../evaluate/metrics.ts';
import { type Pass, pass } from '../evaluate/pass.ts';
import type { Episode } from '../play/converse.ts';
import { executorFor } from '../rollout/executor-for.ts';
import type { EpisodeJob } from '../rollout/job.ts';
import type { EvaluationRow } from '../store/rows.ts';
import { type EvaluateConfiguration, type Setting, settings } from './configuration.ts';
import type { TaskSet } from './plan.ts';
import { type OnProgress, reporting } from './project/progress.ts';
import type { Project } from './project/project.ts';
import { settingKey } from './stage-keys.ts';

export interface SettingResult extends Metrics {
  readonly errors: ErrorBreakdown;
  /** pass^k and pass@k for k up to the trials per task; empty with one trial. */
  readonly pass: readonly Pass[];
}
/** Of the embedded model both settings are played; of others those that were asked for. */
export type EvaluationResult = Readonly<Record<Setting, SettingResult>>;

export interface EvaluationPlan {
  readonly run: string;
  /** Names the stage in the store and on screen. */
  readonly stage: string;
  readonly model: string | null;
  readonly tasks: TaskSet;
  /** Conversations per task, each with its own seed. */
  readonly trials?: number;
}

export const evaluateModel = async (
  project: Project,
  configuration: EvaluateConfiguration,
  plan: EvaluationPlan,
  onProgress: OnProgress,
  signal?: AbortSignal,
): Promise<EvaluationResult> =>
  (await evaluateSettings(project, configuration, plan, settings, onProgress, signal)) as EvaluationResult;

export const evaluateSettings = async (
  project: Project,
  configuration: EvaluateConfiguration,
  plan: EvaluationPlan,
  wanted: readonly Setting[],
  onProgress: OnProgress,
  signal?: AbortSignal,
): Promise<Partial<EvaluationResult>> => {
  const results: Partial<Record<Setting, SettingResult>> = {};
  for (const setting of wanted)
    results[setting] = await evaluateSetting(project, configuration, plan, setting, onProgress, signal);
  return results;
};

/**
 * A task's seed depends on the run's seed, the task and the trial alone: before and after, and greedy and sampled,
 * meet the same user.
 */
const seedOf = (configuration: EvaluateConfiguration, task: string, trial: number): number =>
  hash(configuration.seed, 'evaluate', task, trial);

const evaluateSetting = async (
  project: Project,
  configuration: EvaluateConfiguration,
  plan: EvaluationPlan,
  setting: Setting,
  onProgress: OnProgress,
  signal?: AbortSignal,
): Promise<SettingResult> => {
  const { store } = project;
  const within = { run: plan.run, stage: settingKey(plan.stage, setting) };
  const rows: EvaluationRow[] = [];
  for await (const row of store.evaluations(within, setting)) rows.push(row);
  const known = new Set(rows.map(row => `${row.task} ${row.seed}`));
  const { split, tasks } = plan.tasks;
  const environment = await openEnvironment(configuration.cast.environment);
  const jobs = tasks.flatMap(task =>
    Array.from({ length: plan.trials ?? 1 }, (_, trial): EpisodeJob & { readonly id: string } => ({
      kind: 'episode',
      id: task.id,
      split,
      index: task.index,
      seed: seedOf(configuration, task.id, trial),
      trial,
      temperature: setting === 'greedy' ? 0 : configuration.temperature,
      maxMessages: configuration.maxMessages,
      maxTries: configuration.maxTries,
      maxSteps: configuration.maxSteps,
    })),
  );
  const report = () =>
    onProgress({
      stage: within.stage,
      done: rows.length,
      total: jobs.length,
      unit: 'tasks',
      note: [
        ...(rows.length === 0 ? [] : [`success ${(100 * metrics(rows).successRate).toFixed(1)} %`]),
        ...(project.runModels ? [project.runModels.note()] : []),
      ].join(', '),
    });
  const cast = { ...configuration.cast, model: plan.model };
  const executor = await executorFor(cast, { threads: configuration.threads, runModels: project.runModels });
  const left = jobs.filter(job => !known.has(`${job.id} ${job.seed}`));
  const keep = async (episode: Episode, job: (typeof jobs)[number]): Promise<void> => {
    const goals = environment.goals(environment.tasks(split, { start: job.index, count: 1 })[0]!);
    const row = rowOf(within, setting, episode, analyse(episode, goals));
    await store.saveEvaluation(row);
    rows.push(row);
    report();
  };
  await reporting(report, () => executor.run(cast, left, keep, signal));
  // Sums are taken in one order, so that not even their last digit depends on threads or interruptions.
  rows.sort((a, b) => (a.task === b.task ? a.seed - b.seed : a.task < b.task ? -1 : 1));
  return {
    ...metrics(rows),
    errors: errorBreakdown(rows.map(row => JSON.parse(row.failures) as GoalAnalysis[])),
    pass: passes(rows, plan.trials ?? 1, configuration.seed),
  };
};

const passes = (rows: readonly EvaluationRow[], trials: number, seed: number): readonly Pass[] =>
  trials === 1 ? [] : Array.from({ length: trials }, (_, k) => pass(rows, k + 1, { seed }));

const analyse = (
  episode: Episode,
  goals: Parameters<typeof analyseErrors>[0]['goals'],
): readonly GoalAnalysis[] =>
  analyseErrors({
    goals,
    reached: new Set(episode.reached),
    calls: agentTurns(episode).flatMap(turn => turn.calls),
    fault: faultOf(episode),
  });

/** A user may have tools of its own; what it calls is not the agent's doing. */
const agentTurns = ({ turns }: Episode): readonly Turn[] => turns.filter(turn => turn.speaker === 'agent');

const faultOf = ({ cause }: Episode): string | null => (isFault(cause) ? cause : null);

const rowOf = (
  within: { readonly run: string; readonly stage: string },
  setting: Setting,
  episode: Episode,
  failures: readonly GoalAnalysis[],
): EvaluationRow => ({
  ...within,
  setting,
  task: episode.task,
  taskType: episode.taskType,
  seed: episode.seed,
  reward: episode.reward,
  success: isSuccess(episode.reward),
  turns: agentTurns(episode).length,
  calls: agentTurns(episode).reduce((sum, turn) => sum + turn.calls.length, 0),
  fault: faultOf(episode),
  failures: JSON.stringify(failures),
  transcript: JSON.stringify(episode.turns satisfies readonly Turn[]),
});
