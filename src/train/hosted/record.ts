/** What is known of a job, kept so that a run that was killed follows it further instead of starting another. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { parseAs } from '../../base/json-lines.ts';
import { writeWhole } from '../../base/whole.ts';

const schema = z.object({
  service: z.string(),
  /** Names the data and options. */
  run: z.string(),
  file: z.string().optional(),
  job: z.string().optional(),
  /** The new model, by the service's name. */
  model: z.string().optional(),
});

export type JobRecord = Readonly<z.infer<typeof schema>>;

export const recordPath = (folder: string): string => join(folder, 'job.json');

/** @throws BadInputError if the file is not a record */
export const readRecord = async (folder: string): Promise<JobRecord | undefined> => {
  const file = recordPath(folder);
  if (!existsSync(file)) return undefined;
  const { service, run, file: uploaded, job, model } = parseAs(schema, await readFile(file, 'utf8'), file);
  return {
    service,
    run,
    ...(uploaded !== undefined && { file: uploaded }),
    ...(job !== undefined && { job }),
    ...(model !== undefined && { model }),
  };
};

export const writeRecord = (folder: string, record: JobRecord): Promise<void> =>
  writeWhole(recordPath(folder), `${JSON.stringify(record, null, 2)}\n`);
