/** A shuffle of any number of rows, which wait in a temporary file: memory holds two numbers for each. */
import { random } from '../base/random.ts';
import { spool } from './spool.ts';

export interface Shuffler {
  /** A row without line feeds. */
  add(row: string): Promise<void>;
  /** The rows in their new order, which depends on the seed, and on the order in which they came, alone. */
  rows(): AsyncGenerator<string, void>;
  /** Removes the temporary file. */
  close(): Promise<void>;
}

/** @param parentFolder where the temporary file goes */
export const shuffler = (seed: number, parentFolder?: string): Shuffler => {
  const draws = random(seed, 'shuffle');
  const keys: number[] = [];
  const waiting = spool(parentFolder);
  return {
    add: row => {
      keys.push(draws.next());
      return waiting.add(row);
    },
    rows: () => waiting.rows(Uint32Array.from(keys.keys()).sort((a, b) => keys[a]! - keys[b]! || a - b)),
    close: waiting.close,
  };
};
