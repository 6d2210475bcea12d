import { type FileHandle, open, stat } from 'node:fs/promises';
import { JuxtaError, messageOf } from '../base/errors.ts';
import { makePath } from '../base/folders.ts';
import { type Unfinished, unfinished } from '../base/whole.ts';

/** A file that is there whole or not at all: what is written becomes visible under its name only on `commit`. */
export interface PendingFile {
  write(chunk: string | Uint8Array): Promise<void>;
  /** Brings all that was written to the disk; nothing can be written after it. */
  finish(): Promise<void>;
  /** Finishes the file and gives it its name. */
  commit(): Promise<void>;
  /** Leaves nothing behind; harmless after `commit`. */
  discard(): Promise<void>;
}

const bufferedCharacters = 1 << 18;

/** @throws JuxtaError `disk-full` or `cannot-write` */
export const pendingFile = async (path: string): Promise<PendingFile> => {
  let texts: string[] = [];
  let size = 0;
  let handle: FileHandle | undefined;
  const file: Unfinished = await guarded(path, async () => {
    const begun = unfinished(path);
    handle = await open(begun.partial, 'w');
    return begun;
  });
  const flush = async () => {
    const text = texts.join('');
    texts = [];
    size = 0;
    if (text !== '') await handle?.appendFile(text);
  };
  const finish = () =>
    guarded(path, async () => {
      await flush();
      await handle?.sync();
      await handle?.close();
      handle = undefined;
    });
  return {
    write: chunk =>
      guarded(path, async () => {
        if (typeof chunk !== 'string') {
          await flush();
          await handle?.appendFile(chunk);
          return;
        }
        texts.push(chunk);
        size += chunk.length;
        if (size > bufferedCharacters) await flush();
      }),
    finish,
    commit: async () => {
      await finish();
      await guarded(path, file.commit);
    },
    discard: async () => {
      await handle?.close();
      handle = undefined;
      await file.discard();
    },
  };
};

/** @throws JuxtaError `not-a-folder` if something else has that name, `cannot-write` */
export const ensureFolder = async (path: string): Promise<void> => {
  const found = await stat(path).catch(() => undefined);
  if (found && !found.isDirectory())
    throw new JuxtaError('not-a-folder', `${path} is a file, but a dataset is a folder`, {
      hint: 'Give the name of a folder; it is made if it is not there.',
    });
  await guarded(path, async () => makePath(path));
};

const guarded = async <T>(path: string, act: () => Promise<T>): Promise<T> => {
  try {
    return await act();
  } catch (cause) {
    const full = (cause as NodeJS.ErrnoException).code === 'ENOSPC';
    throw new JuxtaError(full ? 'disk-full' : 'cannot-write', `cannot write ${path}: ${messageOf(cause)}`, {
      cause,
      hint: full
        ? 'Free some space and run the same command again.'
        : 'Check that the folder may be written to.',
    });
  }
};
