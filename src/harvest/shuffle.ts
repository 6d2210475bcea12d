/**
 * A shuffle of any number of rows: they wait in a temporary file, and memory holds two numbers for each, whatever its
 * length.
 */
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { random } from '../base/random.ts';
import { type PendingFile, pendingFile } from './files.ts';

export interface Shuffler {
  /** A row without line feeds. */
  add(row: string): Promise<void>;
  /** The rows in their new order, which depends on the seed, and on the order in which they came, alone. Once. */
  rows(): AsyncGenerator<string, void>;
  /** Removes the temporary file. */
  close(): Promise<void>;
}

/** Rows read at a time: enough to keep a disk busy. */
const batch = 32;

/** @param parentFolder where the temporary file goes */
export const shuffler = (seed: number, parentFolder = tmpdir()): Shuffler => {
  const draws = random(seed, 'shuffle');
  const keys: number[] = [];
  /** Where each row starts in the file, in bytes; each ends with a line feed. */
  const starts: number[] = [0];
  let folder: string | undefined;
  let waiting: PendingFile | undefined;
  let file: FileHandle | undefined;

  const readRow = async (row: number): Promise<string> => {
    const start = starts[row]!;
    const bytes = Buffer.allocUnsafe(starts[row + 1]! - 1 - start);
    await file!.read(bytes, 0, bytes.length, start);
    return bytes.toString();
  };

  return {
    add: async row => {
      folder ??= await mkdtemp(join(parentFolder, 'juxta-shuffle-'));
      waiting ??= await pendingFile(join(folder, 'rows'));
      keys.push(draws.next());
      starts.push(starts.at(-1)! + Buffer.byteLength(row) + 1);
      await waiting.write(`${row}\n`);
    },
    rows: async function* () {
      if (folder === undefined || waiting === undefined) return;
      await waiting.commit();
      file = await open(join(folder, 'rows'));
      const order = Uint32Array.from(keys.keys()).sort((a, b) => keys[a]! - keys[b]! || a - b);
      for (let i = 0; i < order.length; i += batch)
        yield* await Promise.all(Array.from(order.subarray(i, i + batch), readRow));
    },
    close: async () => {
      await waiting?.discard();
      await file?.close();
      file = undefined;
      if (folder !== undefined) await rm(folder, { recursive: true, force: true });
    },
  };
};
