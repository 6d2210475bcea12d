import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { BadInputError } from '../../base/errors.ts';
import { validated } from '../../base/zod-issue.ts';
import { readJson, singleFile } from '../../datasets/layout.ts';
import type { Json } from '../../dialogue/json.ts';

/** What the reference did, as recorded in the conformance files (formats: their README). */

const json = z.custom<Json>(value => value !== undefined, 'missing');
const pair = z.tuple([z.string(), z.string()]);

const goldenCall = z.strictObject({
  name: z.string(),
  args: json,
  rows: z.array(z.tuple([z.string(), z.int()])).optional(),
  value: z.custom<Json>().optional(),
  raises: z.string().optional(),
});

/** A line of `golden_calls_*.jsonl[.gz]`. */
export const goldenSequence = z.strictObject({
  id: z.string(),
  task: z.string(),
  kind: z.string(),
  turns: z.array(z.strictObject({ calls: z.array(goldenCall), hit: z.array(pair), reward: z.number() })),
  normal: z.strictObject({ reward: z.number(), failed: z.array(z.string()) }),
  josh: z.strictObject({ reward: z.number(), left: z.array(pair) }),
  tree_eval: z.strictObject({
    correct: z.int(),
    count: z.int(),
    failed: z.array(z.string()),
    hit: z.array(pair),
  }),
});

export type GoldenCall = z.infer<typeof goldenCall>;
export type GoldenSequence = z.infer<typeof goldenSequence>;

const rowsFile = z.object({
  format: z.literal('toolwoz-db-rows/1'),
  rows: z.record(z.string(), z.array(z.string())),
});

/** The exact text of each record, by domain. */
export type RowTexts = Readonly<Record<string, readonly string[]>>;

/**
 * Reads `golden_db_rows.json.gz` from beside the given file, or from the shared data.
 * @throws BadInputError if it is in neither place or does not fit
 */
export const readRowTexts = (beside: string): RowTexts => {
  const name = 'golden_db_rows.json.gz';
  const shared = join(process.env.JUXTA_SHARED ?? '../shared', 'data', 'toolwoz', name);
  const path = [join(dirname(beside), name), shared].find(existsSync);
  if (!path) throw new BadInputError(beside, `there is no ${name} beside it`);
  return readAs(path, rowsFile).rows;
};

const entry = z.strictObject({
  parameters: z.record(z.string(), json),
  return_rows: z.array(z.int()).optional(),
  returns: json.optional(),
  unique_id: json.optional(),
});
const expectedTasks = z.object({
  format: z.literal('toolwoz-expected-tasks/1'),
  split: z.string(),
  ids: z.array(z.string()),
  tasks: z.record(
    z.string(),
    z.record(
      z.string(),
      z.strictObject({
        success: z.record(z.string(), entry),
        failure: z.record(z.string(), entry),
        requests: z.array(z.string()),
      }),
    ),
  ),
});

export type ExpectedEntry = z.infer<typeof entry>;
export type ExpectedTasks = z.infer<typeof expectedTasks>;

/** Reads `expected_tasks_*.json[.gz]`. @throws BadInputError naming file and field */
export const readExpectedTasks = (path: string): ExpectedTasks => readAs(path, expectedTasks);

const readAs = <T>(path: string, schema: z.ZodType<T>): T =>
  validated(schema, readJson(singleFile(path)), path);
