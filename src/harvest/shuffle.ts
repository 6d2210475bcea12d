/** A shuffle of any number of lines in bounded memory: an external merge sort by random keys. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readLines } from '../base/json-lines.ts';
import { random } from '../base/random.ts';
import { pendingFile } from './files.ts';

export interface Shuffler {
  /** A line without line feeds. */
  add(line: string): Promise<void>;
  /** The lines in their new order, which depends on the seed, and on the order in which they came, alone. */
  lines(): AsyncGenerator<string, void>;
  /** Removes the temporary files. */
  close(): Promise<void>;
}

interface Keyed {
  readonly key: number;
  readonly line: string;
}

/** @param memory characters held before a run is written out (default 32 Mi) */
export const shuffler = (seed: number, memory = 1 << 25, parentFolder = tmpdir()): Shuffler => {
  const draws = random(seed, 'shuffle');
  let held: Keyed[] = [];
  let size = 0;
  let folder: string | undefined;
  const runs: string[] = [];

  const spill = async () => {
    folder ??= await mkdtemp(join(parentFolder, 'juxta-shuffle-'));
    const path = join(folder, `run-${runs.length}`);
    const file = await pendingFile(path);
    for (const { key, line } of held.sort(byKey)) await file.write(`${key} ${line}\n`);
    await file.commit();
    runs.push(path);
    held = [];
    size = 0;
  };

  return {
    add: async line => {
      held.push({ key: draws.next(), line });
      size += line.length;
      if (size > memory) await spill();
    },
    lines: async function* () {
      if (runs.length === 0) {
        for (const { line } of held.sort(byKey)) yield line;
        return;
      }
      if (held.length > 0) await spill();
      yield* merged(runs.map(keyedLines));
    },
    close: async () => {
      held = [];
      if (folder !== undefined) await rm(folder, { recursive: true, force: true });
    },
  };
};

/** Stable, so that equal keys keep the order in which their lines came, however the runs were cut. */
const byKey = (a: Keyed, b: Keyed): number => a.key - b.key;

async function* keyedLines(path: string): AsyncGenerator<Keyed, void> {
  for await (const text of readLines(path)) {
    const space = text.indexOf(' ');
    yield { key: Number(text.slice(0, space)), line: text.slice(space + 1) };
  }
}

/** Merges sorted runs: the smallest head first, of equal ones that of the earlier run. */
async function* merged(runs: readonly AsyncGenerator<Keyed, void>[]): AsyncGenerator<string, void> {
  const heads: { at: Keyed; run: AsyncGenerator<Keyed, void> }[] = [];
  for (const run of runs) {
    const first = await run.next();
    if (!first.done) heads.push({ at: first.value, run });
  }
  while (heads.length > 0) {
    let least = 0;
    for (let i = 1; i < heads.length; i++) if (heads[i]!.at.key < heads[least]!.at.key) least = i;
    const head = heads[least]!;
    yield head.at.line;
    const next = await head.run.next();
    if (next.done) heads.splice(least, 1);
    else head.at = next.value;
  }
}
