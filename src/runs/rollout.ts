/** Searches trees over many tasks. Each finished tree is stored at once, so a run cut short redoes only those in flight. */
import { hash } from '../base/random.ts';
import { addUsage, type Cause, isFault, noUsage, type Usage } from '../dialogue/turn.ts';
import { definitionOf } from '../environments/registry.ts';
import type { Episode } from '../play/converse.ts';
import type { CastSpec } from '../rollout/cast.ts';
import { executorFor } from '../rollout/executor-for.ts';
import type { Job, JobResult } from '../rollout/job.ts';
import type { RunModels } from '../rollout/run-models.ts';
import type { SearchOptions } from '../search/josh/josh.ts';
import type { JoshTree } from '../search/josh/tree.ts';
import type { Data } from './configuration.ts';
import { type OnProgress, reporting } from './project/progress.ts';
import type { Project } from './project/project.ts';
import { treeOf, treeRows } from './project/rows.ts';

export interface RolloutPlan {
  readonly run: string;
  /** Names the stage in the store and on screen. */
  readonly stage: string;
  readonly cast: CastSpec;
  readonly split: string;
  /** Tasks by position in the split, with their ids. */
  readonly tasks: readonly { readonly index: number; readonly id: string }[];
  readonly seed: number;
  readonly temperature: number;
  readonly search: SearchOptions;
  readonly threads: number;
  /** A control plays plain conversations in place of trees (default: `harvest`, trees). */
  readonly data?: Data;
  readonly maxMessages: number;
  readonly maxSteps: number;
  /** Of earlier processes at the same stage (default: 0). */
  readonly secondsBefore?: number;
}

export interface RolloutSummary {
  readonly [key: string]: number;
  readonly trees: number;
  readonly averageReward: number;
  /** Trees in which every goal was reached. */
  readonly full: number;
  /** Trees with a line that a fault ended. */
  readonly faults: number;
  /** Lines that the simulated user's failure ended, and those that an endpoint's (or our own) did. */
  readonly userFaults: number;
  readonly environmentFaults: number;
  readonly infrastructureFaults: number;
  /** Lines whose conversation became longer than the model takes, and those that a filter refused. */
  readonly contextLengthFaults: number;
  readonly contentFilterFaults: number;
  readonly nodes: number;
  readonly agentTokens: number;
  readonly seconds: number;
}

export const rollOut = async (
  project: Project,
  plan: RolloutPlan,
  onProgress: OnProgress,
  signal?: AbortSignal,
): Promise<RolloutSummary> => {
  const { store } = project;
  const within = { run: plan.run, stage: plan.stage };
  const started = performance.now();
  const totals = emptyTotals();
  const known = new Set<string>();
  for await (const row of store.trees(within)) {
    known.add(row.task);
    addTree(totals, treeOf(row, await store.nodes(row)));
  }
  const report = () =>
    onProgress({
      stage: plan.stage,
      done: totals.trees,
      total: plan.tasks.length,
      unit: 'tasks',
      note: noteOf(totals, project.runModels),
    });
  const control = plan.data !== undefined && plan.data !== 'harvest';
  const jobs = plan.tasks
    .filter(task => !known.has(task.id))
    .map((task): Job => {
      const { split, temperature, search, maxMessages, maxSteps } = plan;
      const seed = hash(plan.seed, plan.stage, task.id);
      const place = { split, index: task.index, seed, temperature };
      return control
        ? { kind: 'episode', ...place, maxMessages, maxSteps, maxTries: search.maxTries }
        : { kind: 'tree', ...place, search };
    });
  const cast: CastSpec = plan.data === 'script' ? await scripted(plan.cast) : plan.cast;
  const executor = await executorFor(cast, { threads: plan.threads, runModels: project.runModels });
  const keep = async (result: JobResult<Job>): Promise<void> => {
    const tree = 'nodes' in result ? result : asIfWon(result);
    const { row, nodes } = treeRows(within, tree);
    await store.saveTree(row, nodes);
    addTree(totals, tree);
    report();
  };
  await reporting(report, () => executor.run(cast, jobs, keep, signal));
  return {
    trees: totals.trees,
    averageReward: averageReward(totals),
    full: totals.full,
    faults: totals.faults,
    userFaults: totals.ended.get('user-fault') ?? 0,
    environmentFaults: totals.ended.get('environment-fault') ?? 0,
    infrastructureFaults: totals.ended.get('infrastructure-fault') ?? 0,
    contextLengthFaults: totals.ended.get('context-length') ?? 0,
    contentFilterFaults: totals.ended.get('content-filter') ?? 0,
    nodes: totals.nodes,
    agentTokens: totals.usage.outputTokens,
    seconds: (plan.secondsBefore ?? 0) + (performance.now() - started) / 1000,
  };
};

/** The same cast with the environment's own script as its agent: the one that errs, where there are two. */
const scripted = async (cast: CastSpec): Promise<CastSpec> => {
  const { scripts } = await definitionOf(cast.environment);
  return { ...cast, agent: scripts.at(-1) ?? cast.agent };
};

const noteOf = (totals: ReturnType<typeof emptyTotals>, runModels: RunModels | undefined): string =>
  [
    ...(totals.trees === 0 ? [] : [`reward ${averageReward(totals).toFixed(3)}, full ${totals.full}`]),
    ...(runModels ? [runModels.note()] : []),
  ].join(', ');

/** A stage's trees from the store, in the order of the given task ids, one at a time. */
export async function* storedTrees(
  project: Project,
  within: { readonly run: string; readonly stage: string },
): AsyncGenerator<JoshTree> {
  for await (const row of project.store.trees(within)) yield treeOf(row, await project.store.nodes(row));
}

/**
 * A control's conversation is imitated whatever it earned: as a tree of one line that counts as golden. One that a fault
 * ended says nothing about the agent, and gives no example.
 */
export const asIfWon = (episode: Episode): JoshTree => {
  const { task, taskType, seed, systemPrompt, turns, reached } = episode;
  const faulty = isFault(episode.cause);
  const line = { path: '', parent: null, segment: 0, turns, rewards: [] };
  return {
    task,
    taskType,
    seed,
    systemPrompt,
    goals: reached,
    reward: faulty ? 0 : 1,
    nodes: [{ ...line, successful: !faulty, golden: !faulty, cause: faulty ? episode.cause : 'goal' }],
    collapses: faulty ? [] : [{ path: '', turns: turns.length, goals: reached, round: 1 }],
    rounds: 1,
  };
};

const emptyTotals = () => ({
  trees: 0,
  /** How many trees earned a reward: a sum over it does not depend on the order in which trees were finished. */
  rewards: new Map<number, number>(),
  full: 0,
  faults: 0,
  /** Lines by the cause that ended them. */
  ended: new Map<Cause, number>(),
  nodes: 0,
  usage: noUsage as Usage,
});

const averageReward = ({ trees, rewards }: ReturnType<typeof emptyTotals>): number => {
  const byReward = [...rewards].sort(([a], [b]) => a - b);
  return byReward.reduce((sum, [reward, count]) => sum + reward * count, 0) / Math.max(1, trees);
};

const addTree = (totals: ReturnType<typeof emptyTotals>, tree: JoshTree): void => {
  totals.trees++;
  totals.rewards.set(tree.reward, (totals.rewards.get(tree.reward) ?? 0) + 1);
  if (tree.reward >= 1 - 1e-6) totals.full++;
  totals.nodes += tree.nodes.length;
  if (tree.fault || tree.nodes.some(node => isFault(node.cause))) totals.faults++;
  for (const { cause, turns } of tree.nodes) {
    if (cause) totals.ended.set(cause, (totals.ended.get(cause) ?? 0) + 1);
    for (const turn of turns) if (turn.speaker === 'agent') totals.usage = addUsage(totals.usage, turn.usage);
  }
};
