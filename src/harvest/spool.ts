/** Rows that wait in a temporary file: memory holds one number for each, whatever its length. */
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PendingFile, pendingFile } from './files.ts';

export interface Spool {
  /** A row without line feeds. */
  add(row: string): Promise<void>;
  /**
   * All rows as they came, or those of the given numbers, from 0, in the order of these. Nothing can be added after.
   */
  rows(order?: Uint32Array): AsyncGenerator<string, void>;
  /** Removes the temporary file. */
  close(): Promise<void>;
}

/** Rows read at a time: enough to keep a disk busy. */
const batch = 32;

/** @param parentFolder where the temporary file goes */
export const spool = (parentFolder = tmpdir()): Spool => {
  /** Where each row starts in the file, in bytes; each ends with a line feed. */
  const starts: number[] = [0];
  let folder: string | undefined;
  let waiting: PendingFile | undefined;
  let file: FileHandle | undefined;

  const read = async (row: number): Promise<string> => {
    const start = starts[row]!;
    const bytes = Buffer.allocUnsafe(starts[row + 1]! - 1 - start);
    await file!.read(bytes, 0, bytes.length, start);
    return bytes.toString();
  };

  return {
    add: async row => {
      folder ??= await mkdtemp(join(parentFolder, 'juxta-rows-'));
      waiting ??= await pendingFile(join(folder, 'rows'));
      starts.push(starts.at(-1)! + Buffer.byteLength(row) + 1);
      await waiting.write(`${row}\n`);
    },
    rows: async function* (order = Uint32Array.from({ length: starts.length - 1 }, (_, row) => row)) {
      if (folder === undefined || waiting === undefined) return;
      if (!file) {
        await waiting.commit();
        file = await open(join(folder, 'rows'));
      }
      for (let i = 0; i < order.length; i += batch)
        yield* await Promise.all(Array.from(order.subarray(i, i + batch), read));
    },
    close: async () => {
      await waiting?.discard();
      await file?.close();
      file = undefined;
      if (folder !== undefined) await rm(folder, { recursive: true, force: true });
    },
  };
};
