/** A store on a Postgres server, which many machines may read and write at once. */
import { JuxtaError, messageOf } from '../../base/errors.ts';
import { pack, unpack } from '../pack.ts';
import type { NodeRow, TaskKey } from '../rows.ts';
import type { Store } from '../store.ts';
import type { Page } from '../table.ts';
import * as tables from '../tables.ts';
import { readAddress } from './address.ts';
import { type Database, openDatabase } from './database.ts';
import { postgresError } from './errors.ts';
import { runFiles } from './run-files.ts';
import { runLocks } from './run-locks.ts';
import { migrate } from './schema.ts';
import { type Connection, postgresRowsOf } from './table.ts';

export interface PostgresOptions {
  /** Names the schema that holds the project (default `juxta`): a database may hold many. */
  readonly project?: string | undefined;
}

/** Rows read at a time by a scan. */
const pageSize = 64;

/**
 * Opens the project's schema, and makes it or brings it up to date if need be.
 * @param address `postgres://user:password@host:port/database`; what it leaves out comes from `PGUSER`, `PGPASSWORD`, …
 * @throws JuxtaError `bad-store`, `bad-project`, `missing-package`, `store-unreachable`, `store-refused`, `no-store`,
 *   `store-busy`, `store-read-only`, `store-too-new`, `not-a-store`
 */
export const openPostgres = async (address: string, { project }: PostgresOptions = {}): Promise<Store> => {
  const place = readAddress(address, project);
  const database = await openDatabase(place.url);
  try {
    await database.withConnection(connection => migrate(connection, place));
  } catch (thrown) {
    await database.close();
    throw postgresError(place, thrown);
  }
  return storeOver(database, place);
};

const storeOver = (database: Database, place: ReturnType<typeof readAddress>): Store => {
  const { schema } = place;
  const where = `${place.shown}, project ${schema}`;
  const runs = postgresRowsOf(schema, tables.runTable);
  const stages = postgresRowsOf(schema, tables.stageTable, 'ordinal');
  const spending = postgresRowsOf(schema, tables.spendingTable);
  const events = postgresRowsOf(schema, tables.eventTable);
  const trees = postgresRowsOf(schema, tables.treeTable);
  const nodes = postgresRowsOf(schema, tables.nodeTable);
  const examples = postgresRowsOf(schema, tables.exampleTable);
  const models = postgresRowsOf(schema, tables.modelTable);
  const evaluations = postgresRowsOf(schema, tables.evaluationTable);
  const completions = postgresRowsOf(schema, tables.completionTable);
  const cache = postgresRowsOf(schema, tables.cacheTable);
  const locks = runLocks(schema, place.shown, database.lockConnection);
  const pool = database.pool;
  const pending = new Set<Promise<unknown>>();
  let closed = false;

  const attempt = async <T>(work: () => Promise<T>): Promise<T> => {
    if (closed) throw new JuxtaError('store-closed', `${where} was closed`);
    const working = work();
    pending.add(working);
    try {
      return await working;
    } catch (thrown) {
      throw postgresError(place, thrown);
    } finally {
      pending.delete(working);
    }
  };
  /** As `attempt`, for what only the holder of a run should do. */
  const write = <T>(work: () => Promise<T>): Promise<T> =>
    attempt(async () => {
      locks.check();
      return work();
    });
  const transaction = <T>(work: (on: Connection) => Promise<T>): Promise<T> =>
    database.withConnection(async on => {
      await on.query('BEGIN');
      try {
        const result = await work(on);
        await on.query('COMMIT');
        return result;
      } catch (thrown) {
        await on.query('ROLLBACK').catch(() => undefined);
        throw thrown;
      }
    });
  /** All rows that match, a page at a time: nothing is held open while the reader thinks. */
  async function* scan<T>(select: (page: Page<T>) => Promise<T[]>): AsyncGenerator<T, void, undefined> {
    for (let after: T | undefined; ; ) {
      const page = await attempt(() => select({ limit: pageSize, after }));
      yield* page;
      after = page.at(-1);
      if (page.length < pageSize) return;
    }
  }
  const treeOf = async (on: Connection, { run, stage, task, seed }: TaskKey) => {
    const sql = `SELECT id, turns FROM "${schema}".trees WHERE run = $1 AND stage = $2 AND task = $3 AND seed = $4`;
    const found = await on.query(sql, [run, stage, task, seed]);
    return found.rows[0] as { readonly id: number; readonly turns: Uint8Array } | undefined;
  };

  return {
    where,
    files: runFiles(schema, { pool, transaction, attempt: write }),

    saveRun: run => write(() => runs.put(pool, [run])),
    run: id => attempt(async () => (await runs.select(pool, { id }))[0]),
    runs: () => attempt(() => runs.select(pool, {})),
    deleteRun: id => write(() => runs.remove(pool, { id })),
    lockRun: run => attempt(() => locks.lock(run)),
    isLocked: run => attempt(() => locks.isLocked(run, pool)),

    saveStage: stage => write(() => stages.put(pool, [stage])),
    stage: (run, key) => attempt(async () => (await stages.select(pool, { run, key }))[0]),
    stages: run => attempt(() => stages.select(pool, { run })),

    saveSpending: row => write(() => spending.put(pool, [row])),
    spending: run => attempt(async () => (await spending.select(pool, { run }))[0]),
    saveEvents: rows => write(() => transaction(on => events.put(on, rows))),
    events: run => attempt(() => events.select(pool, { run })),

    saveTree: (tree, added) =>
      write(async () => {
        const turns = pack(added.map(node => node.turns));
        return transaction(async on => {
          if ((await trees.add(on, [tree], { turns })) === 0) return false;
          const { id } = (await treeOf(on, tree))!;
          await nodes.add(
            on,
            added.map((node, ordinal) => ({ ...node, tree: id, ordinal })),
          );
          return true;
        });
      }),
    trees: within => scan(page => trees.select(pool, within, page)),
    nodes: tree =>
      attempt(async () => {
        const found = await treeOf(pool, tree);
        if (!found) return [];
        const turns = unpack(found.turns);
        const stored = await nodes.select(pool, { tree: found.id });
        return stored.map(({ tree: _, ordinal, ...node }): NodeRow => ({ ...node, turns: turns[ordinal]! }));
      }),

    saveExamples: rows => write(() => transaction(on => examples.put(on, rows))),
    deleteExamples: within => write(() => examples.remove(pool, within)),
    examples: (within, kind) =>
      scan(page => examples.select(pool, { ...within, ...(kind && { kind }) }, page)),

    saveModel: model => write(() => models.put(pool, [model])),
    model: id => attempt(async () => (await models.select(pool, { id }))[0]),
    models: run => attempt(() => models.select(pool, run === undefined ? {} : { run })),

    saveEvaluation: evaluation => write(async () => (await evaluations.add(pool, [evaluation])) > 0),
    evaluations: (within, setting) =>
      scan(page => evaluations.select(pool, { ...within, ...(setting && { setting }) }, page)),
    deleteEvaluations: within => write(() => evaluations.remove(pool, within)),

    // The server commits together what comes at once.
    saveCompletion: completion =>
      write(async () => {
        await completions.add(pool, [completion]);
      }),
    completion: (run, key, request) =>
      attempt(async () => (await completions.select(pool, { run, key, request }))[0]?.completion),
    completions: run => scan(page => completions.select(pool, { run }, page)),

    saveCached: (key, value) => write(() => cache.put(pool, [{ key, value }])),
    cached: key => attempt(async () => (await cache.select(pool, { key }))[0]?.value),
    allCached: () => scan(page => cache.select(pool, {}, page)),

    close: async () => {
      if (closed) return;
      closed = true;
      await Promise.allSettled(pending);
      await locks.close().catch(thrown => process.emitWarning(messageOf(thrown)));
      await database.close();
    },
  };
};
