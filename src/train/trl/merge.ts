import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { JuxtaError } from '../../base/errors.ts';
import { writeWhole } from '../../base/whole.ts';
import type { ModelRef } from '../trainer.ts';
import { TrlFailedError } from './failure.ts';
import { type Launcher, uvxLauncher } from './launcher.ts';
import { runPython } from './process.ts';

const program = fileURLToPath(new URL('./merge.py', import.meta.url));

export interface MergeOptions {
  /** A folder for the whole model; made whole or not at all, and left as it is if it is there. */
  readonly output: string;
  readonly launcher?: Launcher;
  readonly signal?: AbortSignal;
}

/**
 * Adds an adapter to its base's weights (which are read at full precision), so that the next round can train on it.
 * @throws JuxtaError `merge-stopped`; TrlFailedError
 */
export const mergeAdapter = async (adapter: ModelRef, options: MergeOptions): Promise<ModelRef> => {
  const { launcher = uvxLauncher(), signal } = options;
  const output = resolve(options.output);
  const merged = { id: adapter.id, path: output };
  if (existsSync(join(output, 'config.json'))) return merged;
  await removeLeftovers(output);
  await writeWhole(output, async partial => {
    const logFile = `${output}.log`;
    const command = [...launcher, program, resolve(adapter.path), partial];
    const ended = await runPython({ command, logFile, signal, graceMs: 10_000 });
    if (ended.code === 0) return;
    if (signal?.aborted) throw new JuxtaError('merge-stopped', `merging ${adapter.path} was stopped`);
    throw new TrlFailedError(ended, logFile);
  });
  return merged;
};

/** What a merge that was killed has left: as large as the model itself. */
const removeLeftovers = async (output: string): Promise<void> => {
  const names = await readdir(dirname(output)).catch(() => []);
  for (const name of names)
    if (name.startsWith(`${basename(output)}.partial-`))
      await rm(join(dirname(output), name), { recursive: true });
};
