/** `juxta evaluate`, from code, and the comparison of two evaluations. */
import { JuxtaError } from '../base/errors.ts';
import { openEnvironment } from '../environments/open.ts';
import { definitionOf } from '../environments/registry.ts';
import { type ComparisonReport, compare } from '../evaluate/compare.ts';
import type { Outcome } from '../evaluate/metrics.ts';
import { isRemote } from '../rollout/cast.ts';
import { cores } from '../rollout/threads.ts';
import type { EvaluateRunConfiguration, Setting } from '../runs/configuration.ts';
import { evaluateSettings, type SettingResult } from '../runs/evaluation.ts';
import { taskSet } from '../runs/plan.ts';
import { settingKey, stageKeys } from '../runs/stage-keys.ts';
import { inRun, lookingInto, type RunSettings } from './in-run.ts';
import { type PlaySettings, playersOf, type Watch } from './players.ts';

/** What `evaluate` is told: tasks, players, and how often they play. */
export interface EvaluateSettings extends PlaySettings, RunSettings {
  /** Conversations per task (default: 1). */
  readonly trials?: number;
  /** `greedy` (temperature 0), `sampled`, or both (default: both for the embedded model, or else greedy). */
  readonly settings?: readonly Setting[];
}

/** What `evaluate` gives: the run's name, and figures of each setting that was played. */
export interface Evaluation {
  readonly run: string;
  readonly results: Readonly<Partial<Record<Setting, SettingResult>>>;
}

/**
 * Plays tasks straight through and measures. Conversations that a fault ended say nothing about the agent and are left out.
 *
 * @example
 * const { run, results } = await evaluate({ environment: './returns.ts', model, userModel: model, settings: ['sampled'], trials: 4 });
 * console.log(results.sampled?.success); // { value, low, high }
 * @throws as `rollout`
 */
export const evaluate = (
  settings: EvaluateSettings,
  { onProgress, signal }: Watch = {},
): Promise<Evaluation> =>
  inRun(
    'evaluate',
    settings,
    () => configurationOf(settings),
    async (run, configuration) => {
      const { split, count, start, cast, model, trials } = configuration;
      const tasks = taskSet(await openEnvironment(cast.environment), split, count, { start });
      const plan = { run: run.id, stage: stageKeys.evaluate, model, tasks, trials };
      const results = await run.stage(stageKeys.evaluate, () =>
        evaluateSettings(
          run.project,
          configuration,
          plan,
          configuration.settings,
          onProgress ?? (() => undefined),
          signal,
        ),
      );
      return { run: run.id, results };
    },
  );

const configurationOf = async (settings: EvaluateSettings): Promise<EvaluateRunConfiguration> => {
  const { cast, environment, pace } = await playersOf(settings);
  const split = settings.split ?? (await definitionOf(cast.environment)).purposes.test;
  const { start = 0 } = settings;
  taskSet(environment, split, 1, { start }); // a split that is none is told of now
  const usual: readonly Setting[] =
    cast.model === null || isRemote(cast.model) ? ['greedy'] : ['greedy', 'sampled'];
  return {
    cast,
    model: cast.model,
    split,
    count: settings.tasks ?? null,
    start,
    trials: settings.trials ?? 1,
    settings: settings.settings ?? usual,
    seed: settings.seed ?? 1,
    temperature: settings.temperature ?? 1,
    maxMessages: pace.messages,
    maxSteps: pace.steps,
    maxTries: pace.turnSteps ?? pace.tries,
    threads: settings.threads ?? cores(),
    limits: settings.limits ?? {},
  };
};

/**
 * Compares two evaluations over the conversations with the same task and seed: differences and ratios of success and reward, with
 * intervals and p-values of a paired bootstrap over tasks.
 *
 * @example
 * const { success } = await compareRuns('evaluate-1', 'evaluate-2', { setting: 'greedy' });
 * console.log(`${success.before.value} → ${success.after.value}, p ${success.p}`);
 * @throws JuxtaError `no-evaluations` if a run has none of that setting
 */
export const compareRuns = (
  before: string,
  after: string,
  {
    folder = '.',
    setting = 'greedy',
    seed = 1,
  }: { readonly folder?: string; readonly setting?: Setting; readonly seed?: number } = {},
): Promise<ComparisonReport> =>
  lookingInto(folder, async ({ store }) => {
    const outcomesOf = async (run: string): Promise<readonly Outcome[]> => {
      const within = { run, stage: settingKey(stageKeys.evaluate, setting) };
      const rows = await Array.fromAsync(store.evaluations(within, setting));
      if (rows.length > 0) return rows;
      throw new JuxtaError('no-evaluations', `${run} has no ${setting} conversations in ${store.where}`, {
        hint: 'play some with evaluate(…), or name another setting',
      });
    };
    return compare(await outcomesOf(before), await outcomesOf(after), { seed });
  });
