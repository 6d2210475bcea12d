/** A log that nothing depends on: if it cannot be written, the work that it records goes on. */
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { messageOf } from './errors.ts';

export interface LogFile {
  readonly path: string;
  write(chunk: string | Uint8Array): void;
  /** Waits until all is written, or cannot be. */
  close(): Promise<void>;
}

/** Appends to a file. @param onFault called once with the reason if it cannot be written, for example a full disk */
export const openLog = (path: string, onFault: (problem: string) => void = () => undefined): LogFile => {
  const stream = createWriteStream(path, { flags: 'a' });
  let broken = false;
  // Without a listener, an error of the stream would end the process, and leave what it has started behind.
  stream.on('error', thrown => {
    if (!broken) onFault(`${path} cannot be written: ${messageOf(thrown)}`);
    broken = true;
  });
  return {
    path,
    write: chunk => {
      if (!broken) stream.write(chunk);
    },
    close: async () => {
      if (broken) return;
      stream.end();
      await finished(stream).catch(() => undefined);
    },
  };
};
