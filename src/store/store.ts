import type {
  CachedRow,
  CompletionRow,
  EvaluationRow,
  EventRow,
  ExampleRow,
  JsonText,
  ModelRow,
  NodeRow,
  RunRow,
  SpendingRow,
  StageRow,
  TaskKey,
  TreeRow,
} from './rows.ts';

/** Rows of one run; of one of its stages if `stage` is given. */
export interface Within {
  readonly run: string;
  readonly stage?: string;
}

/** The sole right to write a run, held until released or until the process ends, however it ends. */
export interface RunLock {
  release(): Promise<void>;
}

/** Files of runs (weights, data sets), kept whole by a store that many machines share. */
export interface RunFiles {
  /** Adds a file or replaces it. @param path relative to the run's folder, with slashes */
  save(run: string, path: string, bytes: Uint8Array): Promise<void>;
  read(run: string, path: string): Promise<Uint8Array | undefined>;
  /** By path; `sha256` is that of the content, in hexadecimal. */
  list(run: string): Promise<readonly { readonly path: string; readonly sha256: string }[]>;
}

/**
 * What one project keeps. Every write is atomic: it is there as a whole when its promise resolves, or not at all.
 * Writes of a tree, an evaluation or a completion are idempotent: the first delivery stands, another is harmless.
 * Scans yield rows in the order of their keys, whatever the order of writing, and hold a page of them at a time.
 *
 * Every method rejects with a `JuxtaError`: `store-full`, `store-read-only`, `store-busy`, `store-damaged`,
 * `store-failed`, `unknown-run` (a row of a run that was never saved) or `bad-row`.
 *
 * @example
 * const store = openStore('my-project');
 * const lock = await store.lockRun('run-1');
 * await store.saveTree({ run: 'run-1', stage: 'rollout', task: 'hamlet-7', seed: 7, reward: 1, fault: null, summary }, nodes);
 * for await (const tree of store.trees({ run: 'run-1' })) harvest(tree, await store.nodes(tree));
 * await lock.release();
 * await store.close();
 */
export interface Store {
  /** For people: the file, or the server's address without its password. */
  readonly where: string;
  /** Absent where the project's folder is the only place that a run's files have. */
  readonly files?: RunFiles;

  /** Inserts a run or updates it. */
  saveRun(run: RunRow): Promise<void>;
  run(id: string): Promise<RunRow | undefined>;
  /** All runs, oldest first. */
  runs(): Promise<readonly RunRow[]>;
  /** Removes a run and every row that belongs to it. */
  deleteRun(id: string): Promise<void>;
  /** @throws JuxtaError `run-locked` if another process, or another holder in this one, writes the run */
  lockRun(id: string): Promise<RunLock>;
  /** Whether somebody writes the run. Writes nothing, so it can be asked on a full disk, or a read-only one. */
  isLocked(id: string): Promise<boolean>;

  /** Inserts a stage or updates it. */
  saveStage(stage: StageRow): Promise<void>;
  stage(run: string, key: string): Promise<StageRow | undefined>;
  /** In the order in which they were begun. */
  stages(run: string): Promise<readonly StageRow[]>;

  /** Inserts a run's spending or replaces it. */
  saveSpending(spending: SpendingRow): Promise<void>;
  spending(run: string): Promise<SpendingRow | undefined>;
  /** Inserts counts or replaces those of the same run and name, in one transaction. */
  saveEvents(events: readonly EventRow[]): Promise<void>;
  /** A run's counts, by name. */
  events(run: string): Promise<readonly EventRow[]>;

  /** Writes a finished tree with all its nodes in one transaction. False if it was there already. */
  saveTree(tree: TreeRow, nodes: readonly NodeRow[]): Promise<boolean>;
  trees(within: Within): AsyncIterable<TreeRow>;
  /** A tree's nodes in the order in which they were given. */
  nodes(tree: TaskKey): Promise<readonly NodeRow[]>;

  /** Inserts or replaces examples, by run, stage, kind and ordinal, in one transaction. */
  saveExamples(examples: readonly ExampleRow[]): Promise<void>;
  deleteExamples(within: Within): Promise<void>;
  examples(within: Within, kind?: ExampleRow['kind']): AsyncIterable<ExampleRow>;

  /** Inserts a model or updates it. */
  saveModel(model: ModelRow): Promise<void>;
  model(id: string): Promise<ModelRow | undefined>;
  /** All models, or those of one run, in the order of their making. */
  models(run?: string): Promise<readonly ModelRow[]>;

  /** False if it was there already. */
  saveEvaluation(evaluation: EvaluationRow): Promise<boolean>;
  evaluations(within: Within, setting?: EvaluationRow['setting']): AsyncIterable<EvaluationRow>;
  deleteEvaluations(within: Within): Promise<void>;

  /** Resolves only when the completion would survive a power cut; completions saved together share the wait. */
  saveCompletion(completion: CompletionRow): Promise<void>;
  completion(run: string, key: string, request: string): Promise<JsonText | undefined>;
  completions(run: string): AsyncIterable<CompletionRow>;

  /** Answers shared by all runs. The last write stands. */
  saveCached(key: string, value: JsonText): Promise<void>;
  cached(key: string): Promise<JsonText | undefined>;
  allCached(): AsyncIterable<CachedRow>;

  /** Finishes what was begun and gives up the file. A closed store rejects everything with `store-closed`. */
  close(): Promise<void>;
}
