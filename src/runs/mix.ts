/** Mixes examples of earlier rounds into a round's data, against forgetting what they taught. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readLines } from '../base/json-lines.ts';
import { random } from '../base/random.ts';
import { jsonlSink, shuffledSink } from '../harvest/sink.ts';

export interface MixPlan {
  /** The round's own file. */
  readonly own: string;
  /** The files of the rounds before it; one that is not there holds nothing. */
  readonly earlier: readonly string[];
  /** The share of the mixed file that comes from earlier rounds, in [0, 1); less if they do not hold as much. */
  readonly share: number;
  readonly seed: number;
  /** KTO is read in the file's order. */
  readonly shuffled: boolean;
  readonly out: string;
}

/** Writes a folder with the mixed file, which is there whole or not at all. @returns how many rows are from earlier rounds */
export const mixIn = async (plan: MixPlan): Promise<number> => {
  const { own, seed, share } = plan;
  const earlier = plan.earlier.filter(file => existsSync(file));
  const counts = await Promise.all(earlier.map(rowsIn));
  const ownRows = await rowsIn(own);
  const wanted = Math.round((share / (1 - share)) * ownRows);
  const places = counts.flatMap((count, file) => Array.from({ length: count }, (_, row) => `${file} ${row}`));
  const chosen = new Set(random(seed, 'mix').shuffle(places).slice(0, wanted));
  const plain = await jsonlSink(plan.out);
  const sink = plan.shuffled ? shuffledSink(plain, seed) : plain;
  try {
    for await (const line of rowsOf(own)) await sink.add(line);
    for (const [number, file] of earlier.entries()) {
      let row = 0;
      for await (const line of rowsOf(file)) if (chosen.has(`${number} ${row++}`)) await sink.add(line);
    }
    await sink.finish();
    await sink.commit();
  } finally {
    await sink.discard();
  }
  return chosen.size;
};

/** The file of a method in the data set of a round. */
export const roundFile = (runFolder: string, round: number, method: string): string =>
  join(runFolder, `round-${round}`, 'dataset', method, `${method}.jsonl`);

async function* rowsOf(file: string): AsyncGenerator<string, void> {
  for await (const line of readLines(file)) if (line.trim() !== '') yield line;
}

const rowsIn = async (file: string): Promise<number> => {
  let count = 0;
  for await (const _ of rowsOf(file)) count++;
  return count;
};
