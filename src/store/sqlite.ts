import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { JuxtaError } from '../base/errors.ts';
import { makePath } from '../base/folders.ts';
import { type GroupCommit, groupCommit } from './group-commit.ts';
import { pack, unpack } from './pack.ts';
import type { CachedRow, CompletionRow, NodeRow, TaskKey } from './rows.ts';
import { type HeldLock, isHeld, lockRun } from './run-lock.ts';
import { migrate } from './schema.ts';
import { isReadOnly, storeError } from './sqlite-errors.ts';
import type { Store } from './store.ts';
import { type Page, rowsOf } from './table.ts';
import * as tables from './tables.ts';
import { inTransaction } from './transaction.ts';

export interface SqliteOptions {
  /** Fail with `no-store` instead of making a new, empty store. */
  readonly mustExist?: boolean;
  /** The size in bytes at which the store counts as full. */
  readonly maxBytes?: number;
}

/** Rows read at a time by a scan. */
const pageSize = 64;

/**
 * The store of a project folder: `.juxta/juxta.sqlite`.
 * @throws JuxtaError `no-such-folder`, `no-store`, or what `openSqlite` throws
 */
export const openStore = (folder: string, options: SqliteOptions = {}): Store => {
  if (!existsSync(folder)) {
    throw new JuxtaError('no-such-folder', `${folder} does not exist`, {
      hint: 'make the project folder first',
    });
  }
  return openSqlite(join(folder, '.juxta', 'juxta.sqlite'), options);
};

/**
 * A store in one SQLite file, which many processes may read and write at once; `:memory:` is a store for tests that ends
 * when it is closed.
 * @throws JuxtaError `store-too-new`, `not-a-store`, `no-store`, `store-unreachable`, `store-read-only`, `store-full`
 */
export const openSqlite = (file: string, options: SqliteOptions = {}): Store => {
  const inMemory = file === ':memory:';
  const where = inMemory ? 'the store in memory' : resolve(file);
  try {
    if (!inMemory && !existsSync(file)) {
      if (options.mustExist) {
        throw new JuxtaError('no-store', `${where} does not exist`, {
          hint: 'run Juxta once in this folder, or name the folder of your project',
        });
      }
      makePath(dirname(file));
    }
    const database = opened(file, where);
    if (options.maxBytes) database.exec(`PRAGMA max_page_count = ${Math.ceil(options.maxBytes / 4096)}`);
    return storeOver(database, where, inMemory ? undefined : join(dirname(file), 'locks'));
  } catch (thrown) {
    throw storeError(where, thrown);
  }
};

/** How long to wait for another process's write, in milliseconds. */
const PATIENCE = 'PRAGMA busy_timeout = 5000';

/** Node 22.15 and later open a database by its address, which can say that nobody writes it. */
const takesAddresses = 'isOpen' in new DatabaseSync(':memory:', { open: false });

/** Opened for writing; where the file or its folder may only be read, for reading. */
const opened = (file: string, where: string): DatabaseSync => {
  try {
    const database = new DatabaseSync(file);
    database.exec(PATIENCE);
    return prepared(database, where, 'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
  } catch (thrown) {
    if (!isReadOnly(thrown)) throw thrown;
    return prepared(readOnly(file), where);
  }
};

const prepared = (database: DatabaseSync, where: string, settings = ''): DatabaseSync => {
  try {
    migrate(database, where);
    database.exec(settings);
    return database;
  } catch (thrown) {
    database.close();
    throw thrown;
  }
};

/**
 * A reader keeps notes beside the file, too, which it cannot make here. It takes those of a process that is at the file;
 * where there is none, nobody writes, and it needs no notes.
 */
const readOnly = (file: string): DatabaseSync => {
  if (existsSync(`${file}-wal`) || !takesAddresses) {
    const database = new DatabaseSync(file, { readOnly: true });
    database.exec(PATIENCE);
    return database;
  }
  const unchanging = pathToFileURL(file);
  unchanging.searchParams.set('immutable', '1');
  return new DatabaseSync(unchanging, { readOnly: true });
};

const storeOver = (database: DatabaseSync, where: string, lockFolder: string | undefined): Store => {
  const runs = rowsOf(database, tables.runTable);
  const stages = rowsOf(database, tables.stageTable);
  const spending = rowsOf(database, tables.spendingTable);
  const events = rowsOf(database, tables.eventTable);
  const trees = rowsOf(database, tables.treeTable);
  const nodes = rowsOf(database, tables.nodeTable);
  const examples = rowsOf(database, tables.exampleTable);
  const models = rowsOf(database, tables.modelTable);
  const evaluations = rowsOf(database, tables.evaluationTable);
  const completions = rowsOf(database, tables.completionTable);
  const cache = rowsOf(database, tables.cacheTable);
  const findTree = database.prepare(
    'SELECT id, turns FROM trees WHERE run = ? AND stage = ? AND task = ? AND seed = ?',
  );
  // Asked for with every request to a model, so they cost less than a general query does.
  const findCompletion = database.prepare(
    'SELECT completion FROM completions WHERE run = ? AND key = ? AND request = ?',
  );
  const findCached = database.prepare('SELECT value FROM cache WHERE key = ?');
  const held = new Map<string, HeldLock>();

  let closed = false;

  const transaction = <T>(work: () => T): T => inTransaction(database, work);
  const attempt = async <T>(work: () => T): Promise<T> => {
    if (closed) throw new JuxtaError('store-closed', `${where} was closed`);
    try {
      return work();
    } catch (thrown) {
      throw storeError(where, thrown);
    }
  };
  /** All rows that match, a page at a time: nothing is held open while the reader thinks. */
  async function* scan<T>(select: (page: Page<T>) => T[]): AsyncGenerator<T, void, undefined> {
    for (let after: T | undefined; ; ) {
      const page = await attempt(() => select({ limit: pageSize, after }));
      yield* page;
      after = page.at(-1);
      if (page.length < pageSize) return;
    }
  }
  const durable = groupCommit((rows: readonly CompletionRow[]) => {
    database.exec('PRAGMA synchronous = FULL');
    try {
      transaction(() => {
        for (const row of rows) completions.add(row);
      });
    } finally {
      database.exec('PRAGMA synchronous = NORMAL');
    }
  });
  const shared = groupCommit((rows: readonly CachedRow[]) => transaction(() => rows.forEach(cache.put)));
  const grouped = async <Row>(group: GroupCommit<Row>, row: Row): Promise<void> => {
    await attempt(() => undefined);
    await group.add(row).catch(thrown => {
      throw storeError(where, thrown);
    });
  };
  const treeOf = ({ run, stage, task, seed }: TaskKey): { id: number; turns: Uint8Array } | undefined =>
    findTree.get(run, stage, task, seed) as { id: number; turns: Uint8Array } | undefined;

  return {
    where,

    saveRun: run => attempt(() => runs.put(run)),
    run: id => attempt(() => runs.select({ id })[0]),
    runs: () => attempt(() => runs.select({})),
    deleteRun: id => attempt(() => runs.remove({ id })),
    lockRun: run =>
      attempt(() => {
        const lock = lockRun(database, lockFolder, run, held);
        return { release: async () => lock.release() };
      }),
    isLocked: run => attempt(() => isHeld(lockFolder, run, held)),

    saveStage: stage => attempt(() => stages.put(stage)),
    stage: (run, key) => attempt(() => stages.select({ run, key })[0]),
    stages: run => attempt(() => stages.select({ run })),

    saveSpending: row => attempt(() => spending.put(row)),
    spending: run => attempt(() => spending.select({ run })[0]),
    saveEvents: rows => attempt(() => transaction(() => rows.forEach(events.put))),
    events: run => attempt(() => events.select({ run })),

    saveTree: (tree, added) =>
      attempt(() => {
        const turns = pack(added.map(node => node.turns));
        return transaction(() => {
          if (!trees.add(tree, { turns })) return false;
          const { id } = treeOf(tree)!;
          for (const [ordinal, node] of added.entries()) nodes.add({ ...node, tree: id, ordinal });
          return true;
        });
      }),
    trees: within => scan(page => trees.select(within, page)),
    nodes: tree =>
      attempt(() => {
        const found = treeOf(tree);
        if (!found) return [];
        const turns = unpack(found.turns);
        return nodes
          .select({ tree: found.id })
          .map(({ tree: _, ordinal, ...node }): NodeRow => ({ ...node, turns: turns[ordinal]! }));
      }),

    saveExamples: rows => attempt(() => transaction(() => rows.forEach(examples.put))),
    deleteExamples: within => attempt(() => examples.remove(within)),
    examples: (within, kind) => scan(page => examples.select({ ...within, ...(kind && { kind }) }, page)),

    saveModel: model => attempt(() => models.put(model)),
    model: id => attempt(() => models.select({ id })[0]),
    models: run => attempt(() => models.select(run === undefined ? {} : { run })),

    saveEvaluation: evaluation => attempt(() => evaluations.add(evaluation)),
    evaluations: (within, setting) =>
      scan(page => evaluations.select({ ...within, ...(setting && { setting }) }, page)),
    deleteEvaluations: within => attempt(() => evaluations.remove(within)),

    saveCompletion: completion => grouped(durable, completion),
    completion: (run, key, request) =>
      attempt(() => findCompletion.get(run, key, request)?.completion as string | undefined),
    completions: run => scan(page => completions.select({ run }, page)),

    saveCached: (key, value) => grouped(shared, { key, value }),
    cached: key => attempt(() => findCached.get(key)?.value as string | undefined),
    allCached: () => scan(page => cache.select({}, page)),

    close: async () => {
      if (closed) return;
      durable.flush();
      shared.flush();
      for (const lock of held.values()) lock.release();
      database.close();
      closed = true;
    },
  };
};
