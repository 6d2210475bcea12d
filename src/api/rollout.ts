/** `juxta rollout`, from code. */

import { wholeTurns } from '../agents/function-calling.ts';
import type { Pace } from '../environments/environment.ts';
import { openEnvironment } from '../environments/open.ts';
import { definitionOf } from '../environments/registry.ts';
import { cores } from '../rollout/threads.ts';
import type { RolloutConfiguration } from '../runs/configuration.ts';
import { taskSet } from '../runs/plan.ts';
import { type RolloutSummary, rollOut } from '../runs/rollout.ts';
import { stageKeys } from '../runs/stage-keys.ts';
import { defaultSearch, type SearchOptions } from '../search/josh/josh.ts';
import { inRun, type RunSettings } from './in-run.ts';
import { type PlaySettings, playersOf, type Watch } from './players.ts';

/** What `rollout` is told: tasks, players, and how trees are searched. */
export interface RolloutSettings extends PlaySettings, RunSettings {
  /** How trees are searched, where it is to differ from `defaultSearch` and the environment's pace. */
  readonly search?: Partial<SearchOptions>;
}

/** What `rollout` gives: the run's name and its figures. */
export type RolloutResult = { readonly run: string } & RolloutSummary;

/**
 * Searches a tree of conversations over each task with JOSH, and stores it. What was finished stays if it is cut short.
 *
 * @example
 * const { run, averageReward } = await rollout({ environment: './returns.ts', model, userModel: model, search: { beam: 8 } });
 * for await (const tree of treesOf(run)) console.log(tree.task, tree.reward);
 * @throws JuxtaError `interrupted` if the signal fires; `endpoint-failed`, `budget-spent`, `tasks-undone` of remote models;
 *   what is wrong with a name or option, before anything is begun
 */
export const rollout = (
  settings: RolloutSettings,
  { onProgress, signal }: Watch = {},
): Promise<RolloutResult> =>
  inRun(
    'rollout',
    settings,
    () => configurationOf(settings),
    async (run, configuration) => {
      const { split, count, start, cast } = configuration;
      const { tasks } = taskSet(await openEnvironment(cast.environment), split, count, { start });
      const summary = await run.stage(stageKeys.rollOut, ({ seconds: secondsBefore }) =>
        rollOut(
          run.project,
          { run: run.id, stage: stageKeys.rollOut, ...configuration, split, tasks, secondsBefore },
          onProgress ?? (() => undefined),
          signal,
        ),
      );
      return { run: run.id, ...summary } as RolloutResult;
    },
  );

const configurationOf = async (settings: RolloutSettings): Promise<RolloutConfiguration> => {
  const { cast, environment, pace } = await playersOf(settings);
  const split = settings.split ?? (await definitionOf(cast.environment)).purposes.train;
  const { start = 0 } = settings;
  taskSet(environment, split, 1, { start }); // a split that is none is told of now
  const search = searchOf(settings, pace);
  return {
    cast: search.branching === 'turn' ? cast : { ...cast, pace: 'requests' },
    split,
    start,
    count: settings.tasks ?? null,
    seed: settings.seed ?? 1,
    temperature: settings.temperature ?? 1,
    search,
    maxMessages: pace.messages,
    maxSteps: pace.steps,
    threads: settings.threads ?? cores(),
    limits: settings.limits ?? {},
  };
};

/** How trees are searched: as the environment's pace has it, unless something else is said. */
export const searchOf = ({ search = {} }: Pick<RolloutSettings, 'search'>, pace: Pace): SearchOptions => {
  const { branching = defaultSearch.branching } = search;
  // Below the level of turns an agent is stepped one request at a time, and has as many tries as a turn has requests.
  const tries = branching !== 'turn' && pace.unit === 'turns' ? wholeTurns.requestsPerStep : pace.tries;
  return { ...defaultSearch, maxRounds: pace.rounds, maxTries: tries, ...search };
};
