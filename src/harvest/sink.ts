/** Where rows go: a file that is there whole or not at all. */
import { pendingFile } from './files.ts';
import { shuffler } from './shuffle.ts';

/** Takes rows as JSON texts, so that a row is written as text but once. */
export interface Sink {
  add(row: string): Promise<void>;
  /** Makes the file complete, not yet visible. */
  finish(): Promise<void>;
  /** Gives it its name. */
  commit(): Promise<void>;
  /** Leaves nothing behind; harmless after `commit`. */
  discard(): Promise<void>;
}

/** One JSON object per line. */
export const jsonlSink = async (path: string): Promise<Sink> => {
  const file = await pendingFile(path);
  return {
    add: row => file.write(`${row}\n`),
    finish: file.finish,
    commit: file.commit,
    discard: file.discard,
  };
};

/** Passes the rows on in a random order, named by the seed, once all are there. */
export const shuffledSink = (sink: Sink, seed: number): Sink => {
  const shuffle = shuffler(seed);
  return {
    add: shuffle.add,
    finish: async () => {
      for await (const row of shuffle.rows()) await sink.add(row);
      await shuffle.close();
      await sink.finish();
    },
    commit: sink.commit,
    discard: async () => {
      await shuffle.close();
      await sink.discard();
    },
  };
};
