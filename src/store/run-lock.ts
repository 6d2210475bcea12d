import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { JuxtaError } from '../base/errors.ts';
import { makePath } from '../base/folders.ts';
import { isBusy, isUnwritable } from './sqlite-errors.ts';

export interface HeldLock {
  /** Gives the run free; a second time does nothing. */
  release(): void;
}

/**
 * The sole right to write a run: a lock of the operating system on an empty file of its own. The kernel drops it with its
 * process, so a lock never outlives its holder, and no process number that was given out again can pass for it. Whose it
 * is stands in the table `locks`, for the error message only. A store in memory (no folder) has no other processes.
 *
 * @param held the locks of this store, kept up to date
 * @throws JuxtaError `run-locked`
 */
export const lockRun = (
  database: DatabaseSync,
  folder: string | undefined,
  run: string,
  held: Map<string, HeldLock>,
): HeldLock => {
  if (held.has(run)) throw lockedError(database, run);
  const file = folder === undefined ? undefined : lockFile(database, folder, run);
  database
    .prepare('INSERT OR REPLACE INTO locks (run, pid, host) VALUES (?, ?, ?)')
    .run(run, process.pid, hostname());
  const lock: HeldLock = {
    release: () => {
      if (held.get(run) !== lock) return;
      held.delete(run);
      file?.close();
    },
  };
  held.set(run, lock);
  return lock;
};

/** Whether a process holds the run. */
export const isHeld = (
  folder: string | undefined,
  run: string,
  held: ReadonlyMap<string, HeldLock>,
): boolean => {
  if (held.has(run)) return true;
  const path = folder === undefined ? undefined : pathOf(folder, run);
  if (path === undefined || !existsSync(path)) return false;
  try {
    lockedFile(path).close();
    return false;
  } catch (thrown) {
    if (isBusy(thrown)) return true;
    // It was free to be taken, but a full or read-only disk has no room for what SQLite notes of that.
    if (isUnwritable(thrown)) return false;
    throw thrown;
  }
};

const pathOf = (folder: string, run: string): string => join(folder, `${encodeURIComponent(run)}.lock`);

const lockFile = (database: DatabaseSync, folder: string, run: string): DatabaseSync => {
  makePath(folder);
  try {
    return lockedFile(pathOf(folder, run));
  } catch (thrown) {
    throw isBusy(thrown) ? lockedError(database, run) : thrown;
  }
};

const lockedFile = (path: string): DatabaseSync => {
  const file = new DatabaseSync(path);
  try {
    file.exec('BEGIN EXCLUSIVE');
    return file;
  } catch (thrown) {
    file.close();
    throw thrown;
  }
};

const lockedError = (database: DatabaseSync, run: string): JuxtaError =>
  runLockedError(run, database.prepare('SELECT pid, host FROM locks WHERE run = ?').get(run));

/** @param owner who holds it, as far as the table `locks` says */
export const runLockedError = (
  run: string,
  owner: Readonly<Record<string, unknown>> | undefined,
): JuxtaError => {
  const host = owner && owner.host !== hostname() ? ` on ${owner.host}` : '';
  const writer = owner ? `process ${owner.pid}${host}` : 'another process';
  return new JuxtaError('run-locked', `run ${run} is being written by ${writer}`, {
    hint: 'wait for it or stop it, then resume; or start a run of another name',
  });
};
