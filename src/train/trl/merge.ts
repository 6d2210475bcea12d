import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { JuxtaError } from '../../base/errors.ts';
import { writeWhole } from '../../base/whole.ts';
import type { ModelRef } from '../trainer.ts';
import { type Launcher, uvxLauncher } from './launcher.ts';
import { run } from './process.ts';

const program = `
import sys
from peft import AutoPeftModelForCausalLM
from transformers import AutoTokenizer
adapter, output = sys.argv[1:]
model = AutoPeftModelForCausalLM.from_pretrained(adapter, dtype="auto")
model.merge_and_unload().save_pretrained(output)
AutoTokenizer.from_pretrained(adapter).save_pretrained(output)
`;

export interface MergeOptions {
  /** A folder for the whole model; made whole or not at all, and left as it is if it is there. */
  readonly output: string;
  readonly launcher?: Launcher;
  readonly signal?: AbortSignal;
}

/**
 * Adds an adapter to its base's weights (which are read at full precision), so that the next round can train on it.
 * @throws JuxtaError `no-python` if the launcher knows none, `merge-stopped`; TrlFailedError
 */
export const mergeAdapter = async (adapter: ModelRef, options: MergeOptions): Promise<ModelRef> => {
  const { launcher = uvxLauncher(), signal } = options;
  const output = resolve(options.output);
  const merged = { id: adapter.id, path: output };
  if (existsSync(join(output, 'config.json'))) return merged;
  if (!launcher.python)
    throw new JuxtaError('no-python', 'merging an adapter needs Python, not only the trl executable', {
      hint: 'Name the Python of the environment in which TRL is installed.',
    });
  const { python } = launcher;
  await removeLeftovers(output);
  await writeWhole(output, async partial => {
    const whole = await run({
      command: [...python, '-c', program, resolve(adapter.path), partial],
      environment: {},
      logFile: `${output}.log`,
      onLine: () => undefined,
      signal,
      graceMs: 10_000,
    });
    if (!whole) throw new JuxtaError('merge-stopped', `merging ${adapter.path} was stopped`);
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
