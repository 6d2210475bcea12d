import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { BadInputError } from '../../base/errors.ts';
import { parseAs } from '../../base/json-lines.ts';
import { writeWhole } from '../../base/whole.ts';
import type { ModelRef } from '../trainer.ts';
import type { DataFacts } from './data.ts';
import type { TrlSettings } from './presets.ts';

/** Names a run by everything that its result depends on. */
export const fingerprint = (
  base: ModelRef,
  settings: TrlSettings,
  { digest }: DataFacts,
  seed: number,
): string =>
  createHash('sha256')
    .update(JSON.stringify([base.path, settings, digest, seed]))
    .digest('hex');

const schema = z.object({ run: z.string(), finished: z.boolean() });

export interface RunRecord {
  readonly finished: boolean;
  finish(): Promise<void>;
}

/**
 * What the folder was used for, so that checkpoints of other data or options are never gone on from.
 * @throws BadInputError if it belongs to another run
 */
export const openRecord = async (folder: string, run: string): Promise<RunRecord> => {
  const file = join(folder, 'run.json');
  const save = (finished: boolean): Promise<void> =>
    writeWhole(file, `${JSON.stringify({ run, finished })}\n`);
  const finish = (): Promise<void> => save(true);
  if (!existsSync(file)) {
    await save(false);
    return { finished: false, finish };
  }
  const found = parseAs(schema, await readFile(file, 'utf8'), file);
  if (found.run === run) return { finished: found.finished, finish };
  throw new BadInputError(folder, 'holds a training with another base, other data or other options', {
    hint: 'Give another folder, or the base, data and options that it was begun with.',
  });
};
