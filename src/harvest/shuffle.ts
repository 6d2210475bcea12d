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

/** Runs merged at a time: each is an open file. */
const fanIn = 64;

/** @param memory characters held before a run is written out (default 16 Mi) */
export const shuffler = (seed: number, memory = 1 << 24, parentFolder = tmpdir()): Shuffler => {
  const draws = random(seed, 'shuffle');
  let held: Keyed[] = [];
  let size = 0;
  let folder: string | undefined;
  let runs: string[] = [];
  let written = 0;

  const writeRun = async (lines: AsyncIterable<Keyed> | Iterable<Keyed>): Promise<string> => {
    folder ??= await mkdtemp(join(parentFolder, 'juxta-shuffle-'));
    const path = join(folder, `run-${written++}`);
    const file = await pendingFile(path);
    for await (const { key, line } of lines) await file.write(`${key} ${line}\n`);
    await file.commit();
    return path;
  };
  const spill = async () => {
    runs.push(await writeRun(held.sort(byKey)));
    held = [];
    size = 0;
  };
  const mergeGroups = async () => {
    const merging: string[] = [];
    for (let i = 0; i < runs.length; i += fanIn) {
      const group = runs.slice(i, i + fanIn);
      merging.push(await writeRun(merged(group.map(keyedLines))));
      for (const path of group) await rm(path);
    }
    runs = merging;
  };

  return {
    add: async line => {
      held.push({ key: draws.next(), line });
      size += line.length;
      if (size > memory) await spill();
    },
    lines: async function* () {
      if (runs.length > 0 && held.length > 0) await spill();
      while (runs.length > fanIn) await mergeGroups();
      const sorted = runs.length > 0 ? merged(runs.map(keyedLines)) : held.sort(byKey);
      for await (const { line } of sorted) yield line;
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
async function* merged(runs: readonly AsyncGenerator<Keyed, void>[]): AsyncGenerator<Keyed, void> {
  const heads: { at: Keyed; run: AsyncGenerator<Keyed, void> }[] = [];
  for (const run of runs) {
    const first = await run.next();
    if (!first.done) heads.push({ at: first.value, run });
  }
  while (heads.length > 0) {
    let least = 0;
    for (let i = 1; i < heads.length; i++) if (heads[i]!.at.key < heads[least]!.at.key) least = i;
    const head = heads[least]!;
    yield head.at;
    const next = await head.run.next();
    if (next.done) heads.splice(least, 1);
    else head.at = next.value;
  }
}
