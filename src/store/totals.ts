/** What all runs' stages hold, counted as it is written: each row is looked at once, however often somebody asks. */
import type { DatabaseSync } from 'node:sqlite';
import type { EvaluationRow } from './rows.ts';

/** What a rollout stage holds. */
export interface TreeTotals {
  readonly stage: string;
  readonly trees: number;
  readonly averageReward: number;
  readonly full: number;
  /** Trees that a fault cut short. */
  readonly faults: number;
  /** The types of its tasks, sorted. */
  readonly taskTypes: readonly string[];
}

/** What an evaluation stage holds, of one setting. Shares are over conversations that no fault ended. */
export interface EvaluationTotals {
  readonly stage: string;
  readonly setting: EvaluationRow['setting'];
  readonly conversations: number;
  readonly successes: number;
  readonly averageReward: number;
  readonly faults: number;
}

export interface Totals {
  /** In the order in which the stages were begun. */
  trees(run: string): readonly TreeTotals[];
  evaluations(run: string): readonly EvaluationTotals[];
}

/** Rewards that count as all goals reached, as evaluation has it. */
export const FULL = 1 - 1e-6;

/** Of a tree whose summary is damaged, nothing: it must not keep the others from being looked at. */
export const TASK_TYPE = "CASE WHEN json_valid(summary) THEN summary ->> '$.taskType' ELSE '' END";

interface Counted {
  readonly run: string;
  readonly stage: string;
  readonly setting: EvaluationRow['setting'];
  readonly taskTypes: Set<string>;
  count: number;
  rewards: number;
  full: number;
  faults: number;
}

interface NewRow {
  readonly id: number;
  readonly run: string;
  readonly stage: string;
  readonly setting: EvaluationRow['setting'];
  readonly taskType: string;
  readonly reward: number;
  readonly full: number;
  readonly faulty: number;
}

const newTrees = `SELECT id, run, stage, '' AS setting, ${TASK_TYPE} AS taskType, reward,
  reward >= ${FULL} AS full, fault IS NOT NULL AS faulty FROM trees WHERE id > ? ORDER BY id`;
const newEvaluations = `SELECT rowid AS id, run, stage, setting, taskType,
  CASE WHEN fault IS NULL THEN reward ELSE 0 END AS reward, success AND fault IS NULL AS full,
  fault IS NOT NULL AS faulty FROM evaluations WHERE rowid > ? ORDER BY rowid`;

export const totalsOver = (database: DatabaseSync): Totals => {
  const trees = counting(database, 'trees', newTrees);
  const evaluations = counting(database, 'evaluations', newEvaluations);
  return {
    trees: run =>
      trees(run).map(({ stage, count, rewards, full, faults, taskTypes }) => ({
        stage,
        trees: count,
        averageReward: rewards / count,
        full,
        faults,
        taskTypes: [...taskTypes].sort(),
      })),
    evaluations: run =>
      evaluations(run).map(({ stage, setting, count, rewards, full, faults }) => ({
        stage,
        setting,
        conversations: count,
        successes: full,
        averageReward: count > faults ? rewards / (count - faults) : 0,
        faults,
      })),
  };
};

/** Counts the rows of a table by run, stage and setting, going on each time from the last row that it has seen. */
const counting = (database: DatabaseSync, table: string, sql: string) => {
  const added = database.prepare(sql);
  const present = database.prepare(`SELECT count(*) AS rows FROM ${table}`);
  const runs = database.prepare('SELECT id FROM runs');
  let known = new Map<string, Counted>();
  let last = 0;
  let rows = 0;
  const forget = (): void => {
    known = new Map();
    last = 0;
    rows = 0;
  };
  const add = ({ id, run, stage, setting, taskType, reward, full, faulty }: NewRow): void => {
    const name = JSON.stringify([run, stage, setting]);
    const counted = known.get(name) ?? {
      ...{ run, stage, setting, taskTypes: new Set<string>() },
      ...{ count: 0, rewards: 0, full: 0, faults: 0 },
    };
    known.set(name, counted);
    counted.taskTypes.add(taskType);
    counted.count++;
    counted.rewards += reward;
    counted.full += full;
    counted.faults += faulty;
    last = id;
    rows++;
  };
  const read = (): void => {
    for (const row of added.iterate(last)) add(row as unknown as NewRow);
  };
  return (run: string): readonly Counted[] => {
    const existing = new Set(runs.all().map(({ id }) => id));
    // Of a run that was deleted the numbers of its rows may be given out anew.
    if ([...known.values()].some(counted => !existing.has(counted.run))) forget();
    read();
    if (rows !== present.get()?.rows) {
      forget();
      read();
    }
    return [...known.values()].filter(counted => counted.run === run);
  };
};
