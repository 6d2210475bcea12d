import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface FoundCheckpoint {
  readonly path: string;
  /** Updates that were made before it. */
  readonly step: number;
}

/** The last checkpoint in TRL's output folder that is whole: a process that was killed may leave a part of one. */
export const lastCheckpoint = async (output: string): Promise<FoundCheckpoint | undefined> => {
  const names = await readdir(output).catch(() => []);
  const steps = names.flatMap(name => /^checkpoint-(\d+)$/.exec(name)?.[1] ?? []).map(Number);
  for (const step of steps.sort((a, b) => b - a)) {
    const path = join(output, `checkpoint-${step}`);
    if (await isWhole(path, step)) return { path, step };
  }
  return undefined;
};

/** The Trainer writes the weights first and its state last. */
const isWhole = async (path: string, step: number): Promise<boolean> => {
  try {
    const state = JSON.parse(await readFile(join(path, 'trainer_state.json'), 'utf8')) as {
      global_step?: unknown;
    };
    return state.global_step === step;
  } catch {
    return false;
  }
};
