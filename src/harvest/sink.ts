/** Where rows go: a file that is there whole or not at all. */
import type { JsonObject } from '../dialogue/json.ts';
import { pendingFile } from './files.ts';
import { shuffler } from './shuffle.ts';

export interface Sink {
  add(row: JsonObject): Promise<void>;
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
    add: row => file.write(`${JSON.stringify(row)}\n`),
    finish: file.finish,
    commit: file.commit,
    discard: file.discard,
  };
};

/** Passes the rows on in a random order, named by the seed, once all are there. */
export const shuffledSink = (sink: Sink, seed: number, memory?: number): Sink => {
  const shuffle = shuffler(seed, memory);
  return {
    add: row => shuffle.add(JSON.stringify(row)),
    finish: async () => {
      for await (const line of shuffle.lines()) await sink.add(JSON.parse(line) as JsonObject);
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
