/** What a finished conversation is worth: the final database against the ground truth's, then what was said (specification, section 5). */
import { type Database, pristine, sameDatabase } from './database.ts';
import type { TauDomain, TauState } from './domain.ts';
import type { TauTask } from './task.ts';
import { runTool } from './tools/tool.ts';
import { readValue } from './values/read.ts';
import { isDict } from './values/value.ts';

export interface Reward {
  /** 0 or 1. */
  readonly reward: number;
  /** Whether the database is what the ground truth leaves behind. */
  readonly databaseMatches: boolean;
  /** For each required output whether it was said; equal ones count as one. */
  readonly outputs: ReadonlyMap<string, boolean>;
}

/** The database that a task's ground truth leaves behind. Failing calls leave what they wrote; a transfer is left out. */
export const groundTruthDatabase = (domain: TauDomain, task: TauTask): Database => {
  const known = domain.truths.get(task);
  if (known) return known;
  let database = pristine(domain.base);
  task.actions.forEach((action, i) => {
    const tool = domain.tools.get(action.name);
    if (!tool || tool.terminating) return;
    const args = readValue(action.arguments, `${task.id}, action ${i}`);
    if (args !== null && typeof args === 'object' && isDict(args)) {
      database = runTool(database, tool, args, domain.bind).database;
    }
  });
  domain.truths.set(task, database);
  return database;
};

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
  const earned = !state.aborted && databaseMatches && [...outputs.values()].every(Boolean);
  return { reward: earned ? 1 : 0, databaseMatches, outputs };
};
