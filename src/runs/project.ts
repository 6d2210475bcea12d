/** A project folder: the store, and beside it a folder of files for each run. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { JuxtaError, messageOf } from '../base/errors.ts';
import type { RunRow } from '../store/rows.ts';
import { openStore } from '../store/sqlite.ts';
import type { RunLock, Store } from '../store/store.ts';

export interface Project {
  readonly folder: string;
  readonly store: Store;
}

/** Opens the project of a folder: its `.juxta` holds the store and the runs. @throws JuxtaError if it cannot be written */
export const openProject = async (folder: string): Promise<Project> => {
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    throw new JuxtaError('bad-folder', `cannot make the project folder ${folder}: ${messageOf(cause)}`, {
      cause,
      hint: 'name another with --folder',
    });
  }
  return { folder: join(folder, '.juxta'), store: openStore(folder) };
};

/** A run that this process alone may write. */
export interface Run {
  readonly id: string;
  /** For data sets, weights and reports. */
  readonly folder: string;
  readonly project: Project;
  readonly configuration: unknown;
  /**
   * Does a piece of work once: its result is stored, and a resumed run takes it from there. `work` must itself go on
   * from what it had stored when it was cut short.
   */
  stage<T>(key: string, work: () => Promise<T>): Promise<T>;
  end(status: 'finished' | 'stopped' | 'failed'): Promise<void>;
}

/** Begins a run with the next free number of its kind, for example `selftrain-3`. */
export const beginRun = async (project: Project, kind: string, configuration: object): Promise<Run> => {
  const taken = new Set((await project.store.runs()).map(run => run.id));
  let number = 1;
  while (taken.has(`${kind}-${number}`)) number++;
  return openRun(project, {
    id: `${kind}-${number}`,
    kind,
    name: `${kind}-${number}`,
    configuration: JSON.stringify(configuration),
    status: 'running',
    started: new Date().toISOString(),
    finished: null,
    parent: null,
  });
};

/**
 * Takes up a run that was stopped, killed or failed: the named one, or the latest of its kind that has not finished.
 * @throws JuxtaError `nothing-to-resume`, or `run-locked` if another process writes it
 */
export const resumeRun = async (project: Project, kind: string, id?: string): Promise<Run> => {
  const runs = await project.store.runs();
  const row = runs.findLast(run =>
    id === undefined ? run.kind === kind && run.status !== 'finished' : run.id === id,
  );
  if (!row || row.kind !== kind)
    throw new JuxtaError(
      'nothing-to-resume',
      id ? `there is no ${kind} run ${id}` : `no ${kind} run is unfinished`,
      {
        hint: '`juxta runs` lists the runs of this project',
      },
    );
  return openRun(project, { ...row, status: 'running', finished: null });
};

const openRun = async (project: Project, row: RunRow): Promise<Run> => {
  const { store } = project;
  const folder = join(project.folder, 'runs', row.id);
  await mkdir(folder, { recursive: true });
  const lock: RunLock = await store.lockRun(row.id);
  await store.saveRun(row);
  return {
    id: row.id,
    folder,
    project,
    configuration: JSON.parse(row.configuration) as unknown,
    stage: async <T>(key: string, work: () => Promise<T>): Promise<T> => {
      const known = await store.stage(row.id, key);
      if (known?.status === 'finished') return JSON.parse(known.result ?? 'null') as T;
      await store.saveStage({ run: row.id, key, status: 'running', result: null });
      const result = await work();
      await store.saveStage({ run: row.id, key, status: 'finished', result: JSON.stringify(result) });
      return result;
    },
    end: async status => {
      await store.saveRun({ ...row, status, finished: new Date().toISOString() });
      await lock.release();
    },
  };
};
