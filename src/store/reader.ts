/**
 * A store to be looked at while others write it: nothing is ever written, and lists come filtered, counted and a page at
 * a time, so that ten thousand trees are as quick to look through as ten.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { JuxtaError } from '../base/errors.ts';
import { addMentions } from './mentions.ts';
import { unpack } from './pack.ts';
import type {
  EvaluationRow,
  EventRow,
  NodeRow,
  RunRow,
  SpendingRow,
  StageRow,
  TaskKey,
  TreeRow,
} from './rows.ts';
import { isHeld } from './run-lock.ts';
import { requireVersion } from './schema.ts';
import { storeError } from './sqlite-errors.ts';
import { rowsOf } from './table.ts';
import * as tables from './tables.ts';
import { type EvaluationTotals, FULL, TASK_TYPE, type TreeTotals, totalsOver } from './totals.ts';

/** Which of a stage's trees. What is absent does not matter. */
export interface TreeFilter {
  readonly run: string;
  readonly stage: string;
  /** Part of the task's id or type. */
  readonly search?: string | undefined;
  readonly taskType?: string | undefined;
  /** Every goal reached; some; none; or ended by a fault before it was over. */
  readonly outcome?: 'full' | 'partial' | 'none' | 'fault' | undefined;
  /** Some line ended so. */
  readonly cause?: string | undefined;
  /** Something that was said, called or answered holds these words, however they are written. */
  readonly words?: string | undefined;
}

export interface PageOfRows {
  readonly order: 'task' | 'reward' | 'nodes' | 'newest';
  readonly offset: number;
  readonly limit: number;
}

/** A tree without its nodes. */
export interface TreeListed extends TreeRow {
  readonly nodes: number;
}

/** An evaluated conversation without what was said in it. */
export type OutcomeRow = Omit<EvaluationRow, 'failures' | 'transcript'>;

/** Counters that grow with what is written: the same marks, nothing new. */
export interface Marks {
  readonly trees: number;
  readonly evaluations: number;
  /** Changes whenever a run or a stage does. */
  readonly runs: string;
}

/** Every function throws a `JuxtaError`: `store-busy`, `store-damaged`, `store-failed`. */
export interface StoreReader {
  /** The file. */
  readonly where: string;
  marks(): Marks;
  /** Oldest first. */
  runs(): readonly RunRow[];
  run(id: string): RunRow | undefined;
  isLocked(run: string): boolean;
  stages(run: string): readonly StageRow[];
  spending(run: string): SpendingRow | undefined;
  events(run: string): readonly EventRow[];
  treeTotals(run: string): readonly TreeTotals[];
  evaluationTotals(run: string): readonly EvaluationTotals[];
  trees(
    filter: TreeFilter,
    page: PageOfRows,
  ): { readonly total: number; readonly rows: readonly TreeListed[] };
  /** All of a stage's, by task. */
  outcomes(run: string, stage: string): readonly OutcomeRow[];
  conversation(key: TaskKey): EvaluationRow | undefined;
  /** The stage's tree before or after another, by task, of those that earned something. */
  rewardedTree(key: TaskKey, where: 'before' | 'after'): Pick<TaskKey, 'task' | 'seed'> | undefined;
  tree(key: TaskKey): { readonly row: TreeRow; readonly nodes: readonly NodeRow[] } | undefined;
  close(): void;
}

/** @throws JuxtaError `no-store`, `store-too-new`, `store-too-old`, `not-a-store`, `store-unreachable` */
export const openStoreReader = (folder: string): StoreReader => {
  const file = join(folder, '.juxta', 'juxta.sqlite');
  if (!existsSync(file))
    throw new JuxtaError('no-store', `${file} does not exist`, {
      hint: 'name a project folder with --folder, or start a run there: juxta selftrain',
    });
  try {
    const database = new DatabaseSync(file, { readOnly: true });
    try {
      database.exec('PRAGMA busy_timeout = 1000');
      requireVersion(database, file);
      return readerOver(database, file);
    } catch (thrown) {
      database.close();
      throw thrown;
    }
  } catch (thrown) {
    throw storeError(file, thrown);
  }
};

const outcomes: Readonly<Record<NonNullable<TreeFilter['outcome']>, string>> = {
  full: `reward >= ${FULL}`,
  partial: `reward > 0 AND reward < ${FULL}`,
  none: 'reward <= 0 AND fault IS NULL',
  fault: 'fault IS NOT NULL',
};

const orders: Readonly<Record<PageOfRows['order'], string>> = {
  task: 'task, seed',
  reward: 'reward, task, seed',
  nodes: 'nodes DESC, task, seed',
  newest: 'trees.id DESC',
};

const conditionsOf = (filter: TreeFilter): readonly [sql: string, values: Record<string, SQLInputValue>] => {
  const { run, stage, search, taskType, outcome, cause, words } = filter;
  const conditions = ['run = $run', 'stage = $stage'];
  const values: Record<string, SQLInputValue> = { run, stage };
  if (search) {
    conditions.push(`(instr(lower(task), $search) > 0 OR instr(lower(${TASK_TYPE}), $search) > 0)`);
    values.search = search.toLowerCase();
  }
  if (taskType) {
    conditions.push(`${TASK_TYPE} = $taskType`);
    values.taskType = taskType;
  }
  if (outcome) conditions.push(outcomes[outcome]);
  if (cause) {
    conditions.push('EXISTS (SELECT 1 FROM nodes WHERE tree = trees.id AND cause = $cause)');
    values.cause = cause;
  }
  if (words) {
    // Last, as it unpacks every tree that is left.
    conditions.push('mentions(trees.id, turns, $words)');
    values.words = words.toLowerCase();
  }
  return [conditions.join(' AND '), values];
};

const readerOver = (database: DatabaseSync, where: string): StoreReader => {
  const runs = rowsOf(database, tables.runTable);
  const stages = rowsOf(database, tables.stageTable);
  const spending = rowsOf(database, tables.spendingTable);
  const events = rowsOf(database, tables.eventTable);
  const trees = rowsOf(database, tables.treeTable);
  const nodes = rowsOf(database, tables.nodeTable);
  const evaluations = rowsOf(database, tables.evaluationTable);
  const totals = totalsOver(database);
  addMentions(database);
  const attempt = <T>(work: () => T): T => {
    try {
      return work();
    } catch (thrown) {
      throw storeError(where, thrown);
    }
  };
  const all = <T>(sql: string, values: Record<string, SQLInputValue>): readonly T[] =>
    attempt(() => database.prepare(sql).all(values)) as unknown as readonly T[];
  const numberOf = (sql: string, values: Record<string, SQLInputValue> = {}): number =>
    Number(Object.values(all<Record<string, unknown>>(sql, values)[0] ?? { none: 0 })[0] ?? 0);

  return {
    where,
    marks: () => ({
      trees: numberOf('SELECT max(id) FROM trees'),
      evaluations: numberOf('SELECT max(rowid) FROM evaluations'),
      runs: String(
        Object.values(
          all<Record<string, unknown>>(
            `SELECT (SELECT group_concat(id || ' ' || status) FROM runs) || ' ' ||
              (SELECT count(*) || ' ' || total(status = 'finished') FROM stages) AS marks`,
            {},
          )[0] ?? {},
        )[0] ?? '',
      ),
    }),
    runs: () => attempt(() => runs.select({})),
    run: id => attempt(() => runs.select({ id })[0]),
    isLocked: run => attempt(() => isHeld(join(dirname(where), 'locks'), run, new Map())),
    stages: run => attempt(() => stages.select({ run })),
    spending: run => attempt(() => spending.select({ run })[0]),
    events: run => attempt(() => events.select({ run })),
    treeTotals: run => attempt(() => totals.trees(run)),
    evaluationTotals: run => attempt(() => totals.evaluations(run)),
    trees: (filter, { order, offset, limit }) => {
      const [condition, values] = conditionsOf(filter);
      const columns = tables.treeTable.columns.join(', ');
      return {
        total: numberOf(`SELECT count(*) FROM trees WHERE ${condition}`, values),
        rows: all<TreeListed>(
          `SELECT ${columns}, (SELECT count(*) FROM nodes WHERE tree = trees.id) AS nodes
            FROM trees WHERE ${condition} ORDER BY ${orders[order]} LIMIT $limit OFFSET $offset`,
          { ...values, limit, offset },
        ),
      };
    },
    outcomes: (run, stage) =>
      all<Omit<OutcomeRow, 'success'> & { readonly success: number }>(
        `SELECT run, stage, setting, task, seed, taskType, reward, success, turns, calls, fault
          FROM evaluations WHERE run = $run AND stage = $stage ORDER BY task, seed`,
        { run, stage },
      ).map(row => ({ ...row, success: row.success === 1 })),
    conversation: ({ run, stage, task, seed }) =>
      attempt(() => evaluations.select({ run, stage, task, seed })[0]),
    rewardedTree: ({ run, stage, task, seed }, where) => {
      const [sign, order] = where === 'after' ? ['>', 'ASC'] : ['<', 'DESC'];
      return all<Pick<TaskKey, 'task' | 'seed'>>(
        `SELECT task, seed FROM trees WHERE run = $run AND stage = $stage AND (task, seed) ${sign} ($task, $seed)
          AND reward > 0 ORDER BY task ${order}, seed ${order} LIMIT 1`,
        { run, stage, task, seed },
      )[0];
    },
    tree: ({ run, stage, task, seed }) =>
      attempt(() => {
        const [row] = trees.select({ run, stage, task, seed });
        const found = database
          .prepare('SELECT id, turns FROM trees WHERE run = ? AND stage = ? AND task = ? AND seed = ?')
          .get(run, stage, task, seed) as { id: number; turns: Uint8Array } | undefined;
        if (!row || !found) return undefined;
        const turns = unpack(found.turns);
        return {
          row,
          nodes: nodes
            .select({ tree: found.id })
            .map(({ tree: _, ordinal, ...node }): NodeRow => ({ ...node, turns: turns[ordinal]! })),
        };
      }),
    close: () => database.close(),
  };
};
