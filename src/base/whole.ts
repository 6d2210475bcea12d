/** Files and folders that are there whole or not at all: they get their name once they are complete. */
import { rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { threadId } from 'node:worker_threads';
import { makePath } from './folders.ts';

export interface Unfinished {
  /** Where to write until it is complete; nothing is there yet. */
  readonly partial: string;
  /** Gives it its name, in place of what had it before. */
  commit(): Promise<void>;
  /** Leaves nothing behind; harmless after `commit`. */
  discard(): Promise<void>;
}

let begun = 0;

/** For what is written piece by piece. Makes the folder above, if it is not there. */
export const unfinished = (path: string): Unfinished => {
  makePath(dirname(path));
  const partial = `${path}.partial-${process.pid}-${threadId}-${begun++}`;
  return {
    partial,
    commit: () => rename(partial, path),
    discard: () => rm(partial, { recursive: true, force: true }),
  };
};

/**
 * @param content what to write, or a function that writes it to the path it is given
 * @throws what the file system says, or what the function throws; what was there before is then still there
 * @example await writeWhole('run.json', JSON.stringify(record))
 */
export const writeWhole = async (
  path: string,
  content: string | Uint8Array | ((partial: string) => Promise<unknown>),
): Promise<void> => {
  const { partial, commit, discard } = unfinished(path);
  try {
    if (typeof content === 'function') await content(partial);
    else await writeFile(partial, content, { flush: true });
    await commit();
  } finally {
    await discard();
  }
};
