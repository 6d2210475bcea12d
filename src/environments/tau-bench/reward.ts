/** What a finished conversation is worth: the final database against the ground truth's, then what was said (specification, section 5). */
import { type Database, pristine, sameDatabase } from './database.ts';
import type { TauDomain, TauState } from './domain.ts';
import { mergedInto } from './merge.ts';
import type { GroundTruthAction, TauTask } from './task.ts';
import { runTool } from './tools/tool.ts';
import * as expect from './values/expect.ts';
import { readValue } from './values/read.ts';

export interface Reward {
  /** 0 or 1. */
  readonly reward: number;
  /** Whether the database is what the ground truth leaves behind. */
  readonly databaseMatches: boolean;
  /** For each required output whether it was said; equal ones count as one. */
  readonly outputs: ReadonlyMap<string, boolean>;
}

const play = (
  domain: TauDomain,
  from: Database,
  actions: readonly GroundTruthAction[],
  where: string,
): Database =>
  actions.reduce((database, action, i) => {
    const tool = domain.tools.get(action.name);
    if (!tool || tool.terminating) return database;
    const here = `${where}, action ${i}`;
    const args = expect.object(readValue(action.arguments, here), here);
    return runTool(database, tool, args, domain.bind).database;
  }, from);

/** The database as a task begins. */
export const initialDatabase = (domain: TauDomain, task: TauTask): Database => {
  const shipped = pristine(domain.base);
  if (!task.initial) return shipped;
  const { data, actions } = task.initial;
  const where = `${task.id}, initial state`;
  const merged = data === undefined ? shipped : mergedInto(shipped, readValue(data, where), where);
  return play(domain, merged, actions, where);
};

/** The database that a task's ground truth leaves behind. Failing calls leave what they wrote; a transfer is left out. */
export const groundTruthDatabase = (domain: TauDomain, task: TauTask): Database => {
  const known = domain.truths.get(task);
  if (known) return known;
  const database = play(domain, initialDatabase(domain, task), task.actions, task.id);
  domain.truths.set(task, database);
  return database;
};

/** Whether the database decides, or the outputs alone. */
const databaseCounts = ({ rewardRule }: TauDomain, task: TauTask): boolean =>
  rewardRule !== 'outputs-first' || !task.outputsCount || task.outputs.length === 0;

/** The original judges a database by loading the ground truth in its place, which it does not take back. */
export const databaseAfterReward = (domain: TauDomain, task: TauTask, before: Database): Database =>
  databaseCounts(domain, task) ? groundTruthDatabase(domain, task) : before;

/** Whether a text was said, as the original looks for it: case aside, and without the commas of what was said. */
const wasSaid = (output: string, said: readonly string[]): boolean =>
  said.some(text => text.toLowerCase().replaceAll(',', '').includes(output.toLowerCase()));

export const rewardOf = (
  domain: TauDomain,
  task: TauTask,
  state: TauState,
  said: readonly string[],
): Reward => {
  const databaseMatches = sameDatabase(state.database, groundTruthDatabase(domain, task));
  const required = task.outputsCount ? task.outputs : [];
  const outputs = new Map(required.map(output => [output, wasSaid(output, said)]));
  const earned =
    !state.aborted &&
    (databaseMatches || !databaseCounts(domain, task)) &&
    [...outputs.values()].every(Boolean);
  return { reward: earned ? 1 : 0, databaseMatches, outputs };
};
