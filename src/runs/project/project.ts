/** A project folder: the store, and beside it a folder of files for each run. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { JuxtaError, messageOf } from '../../base/errors.ts';
import { makePath } from '../../base/folders.ts';
import { readEnvironmentSpec } from '../../environments/spec.ts';
import type { RunModels } from '../../rollout/run-models.ts';
import type { RunRow, StageRow } from '../../store/rows.ts';
import type { RunLock, Store } from '../../store/store.ts';
import { readStageResult, writeStageResult } from '../stage-results.ts';
import { type Cost, costOf, metered } from './meter.ts';
import { openStoreOf, type Place, serverOf, storeOptionsOf } from './place.ts';
import { fetchFiles, keepFiles } from './shared-files.ts';

export interface Project {
  /** Absolute: what is stored of it stays right in whatever folder the next command is run. */
  readonly folder: string;
  readonly store: Store;
  /** Options by which the next command finds the store, without a password; absent for the folder's own. */
  readonly storeOptions?: string;
  /** Behind the models that the run at hand reaches over a network. */
  readonly runModels?: RunModels;
}

/** Where a project's store, runs and data lie. */
export const projectFolder = (folder: string): string => join(resolve(folder), '.juxta');

/** Where a run keeps its files. */
export const runFolder = (project: Pick<Project, 'folder'>, run: string): string =>
  join(project.folder, 'runs', run);

/**
 * Opens the project of a folder: its `.juxta` holds the runs and, without a server for it, the store. Both are made if
 * they are not there.
 * @throws JuxtaError `cannot-write` if they cannot be, and whatever is wrong with the store
 */
export const openProject = async (place: string | Place): Promise<Project> => {
  const at = typeof place === 'string' ? { folder: place } : place;
  makeFolder(at.folder, 'name another with --folder');
  return projectAt(at);
};

/** Opens a project that is there. @throws JuxtaError `no-project` */
export const openExistingProject = async (place: string | Place): Promise<Project> => {
  const at = typeof place === 'string' ? { folder: place } : place;
  const { folder } = at;
  if (serverOf(at) !== undefined || existsSync(projectFolder(folder))) return projectAt(at);
  throw new JuxtaError('no-project', `there are no runs in ${resolve(folder)}`, {
    hint: 'name a project folder with --folder, or start a run there: juxta selftrain',
  });
};

const projectAt = async (place: Place): Promise<Project> => {
  const folder = projectFolder(place.folder);
  const storeOptions = storeOptionsOf(place);
  return { folder, store: await openStoreOf(place, folder), ...(storeOptions && { storeOptions }) };
};

const makeFolder = (folder: string, hint: string): void => {
  try {
    makePath(folder);
  } catch (cause) {
    throw new JuxtaError('cannot-write', `cannot make the folder ${folder}: ${messageOf(cause)}`, {
      cause,
      hint,
    });
  }
};

/** A run that this process alone may write. */
export interface Run {
  readonly id: string;
  /** For example `selftrain`. */
  readonly kind: string;
  /** For data sets, weights and reports. */
  readonly folder: string;
  readonly project: Project;
  readonly configuration: unknown;
  /**
   * Does a piece of work once: its result is stored, and a resumed run takes it from there. `work` must itself continue
   * from what it had stored when it was interrupted; it is given what that cost `already`.
   */
  stage<T>(key: string, work: (already: Cost) => Promise<T>): Promise<T>;
  end(status: 'finished' | 'stopped' | 'failed'): Promise<void>;
}

/** Begins a run with the next free number of its kind, for example `selftrain-3`. */
export const beginRun = async (project: Project, kind: string, configuration: object): Promise<Run> => {
  const { store } = project;
  for (let number = 1; ; number++) {
    const id = `${kind}-${number}`;
    if (await store.run(id)) continue;
    // Another process may be about to take the same number.
    const lock = await store.lockRun(id).catch(unlessLocked);
    if (!lock) continue;
    if (!(await store.run(id)))
      return openRun(project, lock, {
        id,
        kind,
        name: id,
        configuration: JSON.stringify({ version: CONFIGURATION_VERSION, ...configuration }),
        status: 'running',
        started: new Date().toISOString(),
        finished: null,
        parent: null,
      });
    await lock.release();
  }
};

const unlessLocked = (thrown: unknown): undefined => {
  if (thrown instanceof JuxtaError && thrown.code === 'run-locked') return;
  throw thrown;
};

/**
 * Takes up a run that was stopped, killed or failed: the named one, or the latest of its kind that has not finished.
 * @throws JuxtaError `nothing-to-resume`, or `run-locked` if another process writes it
 */
export const resumeRun = async (project: Project, kind: string, id?: string): Promise<Run> => {
  const { store } = project;
  const row = id
    ? await store.run(id)
    : (await store.runs()).findLast(run => run.kind === kind && run.status !== 'finished');
  if (!row)
    throw new JuxtaError(
      'nothing-to-resume',
      id ? `there is no run ${JSON.stringify(id)}` : `no ${kind} run is unfinished`,
      { hint: '`juxta runs` lists the runs of this project' },
    );
  if (row.kind !== kind)
    throw new JuxtaError('nothing-to-resume', `${row.id} is not a ${kind} run`, {
      hint: `resume it with: juxta ${row.kind} --resume ${row.id}`,
    });
  storedConfiguration(project, row); // a damaged one is an error before anything is changed
  const lock = await store.lockRun(row.id);
  return openRun(project, lock, { ...row, status: 'running', finished: null });
};

const openRun = async (project: Project, lock: RunLock, row: RunRow): Promise<Run> => {
  const { store } = project;
  const configuration = storedConfiguration(project, row);
  const folder = runFolder(project, row.id);
  makeFolder(folder, 'check that the project folder may be written to');
  await store.saveRun(row);
  if (store.files) await fetchFiles(store.files, row.id, folder);
  return {
    id: row.id,
    kind: row.kind,
    folder,
    project,
    configuration,
    stage: async <T>(key: string, work: (already: Cost) => Promise<T>): Promise<T> => {
      const known = await store.stage(row.id, key);
      if (known?.status === 'finished') return readStageResult(known) as T;
      const save = (cost: Cost, more: Pick<StageRow, 'status' | 'result'>): Promise<void> =>
        store.saveStage({ run: row.id, key, cost: JSON.stringify(cost), ...more });
      const already = costOf(known);
      const { result, cost } = await metered(
        () => work(already),
        already,
        spent => save(spent, { status: 'running', result: null }),
      );
      const stored = { status: 'finished', result: writeStageResult(result) } as const;
      if (store.files) await keepFiles(store.files, row.id, folder);
      await save(cost, stored);
      // As a resumed run will read it, so that both go on alike: JSON keeps no NaN.
      return readStageResult({ run: row.id, key, result: stored.result }) as T;
    },
    end: async status => {
      if (store.files) await keepFiles(store.files, row.id, folder);
      await store.saveRun({ ...row, status, finished: new Date().toISOString() });
      await lock.release();
    },
  };
};

/** Raised when a configuration changes so that an older Juxta would misread it. Without a version it is the first. */
const CONFIGURATION_VERSION = 1;

/** What a run was begun with. @throws JuxtaError `damaged-run` if its row cannot be read, `run-too-new` */
export const storedConfiguration = (
  { folder }: Pick<Project, 'folder'>,
  { id, configuration }: Pick<RunRow, 'id' | 'configuration'>,
): object => {
  try {
    const read: unknown = JSON.parse(configuration);
    if (typeof read === 'object' && read !== null) return present(id, read);
  } catch (thrown) {
    if (thrown instanceof JuxtaError) throw thrown;
    // Reported below, like JSON that is not a configuration.
  }
  throw new JuxtaError(
    'damaged-run',
    `the configuration of ${id} cannot be read: the store in ${folder} is damaged`,
    { hint: 'restore the store from a copy, or begin the run anew' },
  );
};

/** A configuration of an earlier version, as this one writes it. */
const present = (
  run: string,
  stored: {
    readonly version?: number;
    readonly cast?: { readonly environment: unknown };
    readonly environment?: unknown;
  },
): object => {
  const { version = 1, ...read } = stored;
  if (version > CONFIGURATION_VERSION)
    throw new JuxtaError(
      'run-too-new',
      `${run} was begun by a newer Juxta (configuration version ${version})`,
      {
        hint: 'update Juxta, or begin the run anew',
      },
    );
  return {
    ...read,
    ...(read.cast && { cast: { ...read.cast, environment: readEnvironmentSpec(read.cast.environment) } }),
    ...(typeof read.environment === 'object' && { environment: readEnvironmentSpec(read.environment) }),
  };
};

/** All runs, oldest first. One that is recorded as running, but held by no process, was killed. */
export const runsOf = async (
  project: Project,
): Promise<readonly (Omit<RunRow, 'status'> & { readonly status: RunRow['status'] | 'killed' })[]> => {
  const rows = await project.store.runs();
  return Promise.all(
    rows.map(async row => {
      if (row.status !== 'running') return row;
      return (await project.store.isLocked(row.id)) ? row : { ...row, status: 'killed' as const };
    }),
  );
};
