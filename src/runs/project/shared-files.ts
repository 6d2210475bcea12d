/** A run's folder and what a shared store keeps of it, so that a run may go on on another machine. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { writeWhole } from '../../base/whole.ts';
import type { RunFiles } from '../../store/store.ts';

/** What is of use on the machine alone where it was written. */
const isLocal = (path: string): boolean => path.endsWith('.log') || path.includes('.partial-');

/** Merged models of many gigabytes belong on a disk that machines share, not into a database. */
const LARGEST_BYTES = 1024 ** 3;

/**
 * Keeps the files of a run's folder that are new or have changed. One that is too large stays on this machine alone, with a
 * warning.
 * @returns the paths of those that were kept
 */
export const keepFiles = async (
  files: RunFiles,
  run: string,
  folder: string,
  largest: number = LARGEST_BYTES,
): Promise<readonly string[]> => {
  const known = new Map((await files.list(run)).map(({ path, sha256 }) => [path, sha256]));
  const kept: string[] = [];
  for (const path of await pathsIn(folder)) {
    const { size } = await stat(join(folder, path));
    if (size > largest) {
      process.emitWarning(`${join(folder, path)} stays on this machine: it is too large for the store`);
      continue;
    }
    const bytes = await readFile(join(folder, path));
    if (known.get(path) === createHash('sha256').update(bytes).digest('hex')) continue;
    await files.save(run, path, bytes);
    kept.push(path);
  }
  return kept;
};

/** Fetches the files that a run's folder lacks; what is there is this machine's own, and stays. */
export const fetchFiles = async (files: RunFiles, run: string, folder: string): Promise<void> => {
  for (const { path } of await files.list(run)) {
    const here = join(folder, path);
    if (existsSync(here)) continue;
    const bytes = await files.read(run, path);
    if (!bytes) continue;
    await writeWhole(here, bytes);
  }
};

const pathsIn = async (folder: string): Promise<readonly string[]> => {
  if (!existsSync(folder)) return [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter(entry => entry.isFile())
    .map(entry =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll(sep, '/'),
    )
    .filter(path => !isLocal(path))
    .sort();
};
