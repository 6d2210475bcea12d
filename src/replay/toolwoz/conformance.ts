import { BadInputError } from '../../base/errors.ts';
import { parseAs } from '../../base/json-lines.ts';
import { type Conformance, replayLines } from '../../base/recordings.ts';
import type { Json, JsonObject } from '../../dialogue/json.ts';
import type { Environment } from '../../environments/environment.ts';
import { openToolwoz } from '../../environments/toolwoz/environment.ts';
import { query } from '../../environments/travel/query.ts';
import { referenceRules } from '../../environments/travel/rules.ts';
import type { DomainGoals, TravelTask } from '../../environments/travel/task.ts';
import type { Values } from '../../environments/travel/values.ts';
import {
  type ExpectedEntry,
  type ExpectedTasks,
  goldenSequence,
  readExpectedTasks,
  readRowTexts,
} from './golden.ts';
import { type Compare, replaySequence } from './replay.ts';

/** Where the data is, as for `openToolwoz`. */
interface Options {
  readonly data?: string;
}

/**
 * Replays recorded call sequences of the reference (`golden_calls_*.jsonl[.gz]`) and compares every result text,
 * reached goal and reward.
 * @throws BadInputError if the file cannot be read whole
 */
export const replayCalls = async (file: string, options: Options = {}): Promise<Conformance> => {
  const environment = await openToolwoz({ ...options, rules: 'reference' });
  const rows = readRowTexts(file);
  const tasks = new Map(
    environment.splits.flatMap(split => environment.tasks(split)).map(task => [task.id, task]),
  );
  return replayLines(file, async (line, where) => {
    const sequence = parseAs(goldenSequence, line, where);
    const task = tasks.get(sequence.task);
    return differencesIn(sequence.id, async compare => {
      if (task) await replaySequence(environment, task, sequence, rows, compare);
      else compare('task', sequence.task, null);
    });
  });
};

/**
 * Compares the tasks of a split with recorded ones (`expected_tasks_*.json[.gz]`).
 * @throws BadInputError naming file and field if the file does not fit
 */
export const compareTasks = async (file: string, options: Options = {}): Promise<Conformance> => {
  const expected = readExpectedTasks(file);
  const environment = await openToolwoz({ ...options, rules: 'reference' });
  if (!environment.splits.includes(expected.split)) {
    throw new BadInputError(`${file}, split`, `the data has no split named ${expected.split}`);
  }
  const split = splitOf(expected, environment);
  const tasks = environment.tasks(split);
  const listed = differentIds(
    expected.ids,
    tasks.map(({ id }) => id),
  ).map(problem => `split ${split}, ids: ${problem}`);
  const found = await Promise.all(
    tasks.map(task =>
      differencesIn(task.id, compare => compareTask(expected.tasks[task.id] ?? {}, task, compare)),
    ),
  );
  return {
    matched: found.filter(differences => differences.length === 0).length,
    mismatches: [...listed, ...found.flat()],
  };
};

/** The reference's `test` can be all of the test tasks, which are `full_test` here, or the 450 of published results. */
const splitOf = (
  { split, ids }: ExpectedTasks,
  { splits, tasks }: Pick<Environment<TravelTask>, 'splits' | 'tasks'>,
): string =>
  split === 'test' && splits.includes('full_test') && ids.length > tasks('test').length ? 'full_test' : split;

/** The first difference between two lists of ids, if there is one. */
const differentIds = (expected: readonly string[], got: readonly string[]): readonly string[] => {
  const at = expected.findIndex((id, i) => id !== got[i]);
  if (at === -1 && expected.length === got.length) return [];
  const first = at === -1 ? expected.length : at;
  const nothing = 'no more';
  return [
    `expected ${expected[first] ?? nothing} at position ${first}, got ${got[first] ?? nothing} (${expected.length} ids expected, ${got.length} there)`,
  ];
};

interface ExpectedDomain {
  readonly success: Readonly<Record<string, ExpectedEntry>>;
  readonly failure: Readonly<Record<string, ExpectedEntry>>;
  readonly requests: readonly string[];
}

const compareTask = (
  expected: Readonly<Record<string, ExpectedDomain>>,
  task: TravelTask,
  compare: Compare,
): void => {
  const domains = task.domains.map(({ domain }) => domain);
  compare('domains', Object.keys(expected), domains);
  for (const goals of task.domains) {
    const { domain, search, failure } = goals;
    const wanted = expected[domain];
    if (!wanted) continue;
    compare(`${domain}.success`, asJson(wanted.success), {
      ...searchEntry(task, domain, search),
      ...bookEntry(goals),
    });
    compare(`${domain}.failure`, asJson(wanted.failure), {
      ...searchEntry(task, domain, failure?.search),
      ...(failure?.book && { [`book_${domain}`]: { parameters: failure.book, returns: [] } }),
    });
    const topic = task.agenda?.topics.find(one => one.domain === domain);
    compare(`${domain}.requests`, wanted.requests, topic?.requests ?? null);
  }
};

const searchEntry = (task: TravelTask, domain: string, parameters: Values | undefined): JsonObject => {
  if (!parameters) return {};
  const table = task.database[domain]!;
  const rows = query(table, parameters, referenceRules).map(row => table.rows.indexOf(row));
  return { [`search_${domain}`]: { parameters, return_rows: rows } };
};

const bookEntry = ({ domain, book }: DomainGoals): JsonObject =>
  book
    ? {
        [`book_${domain}`]: { parameters: book.parameters, returns: book.returns, unique_id: book.uniqueId },
      }
    : {};

const asJson = (value: Readonly<Record<string, ExpectedEntry>>): Json => value as Json;

/** What a comparison finds, in words. */
const differencesIn = async (
  id: string,
  body: (compare: Compare) => Promise<void> | void,
): Promise<readonly string[]> => {
  const found: string[] = [];
  await body((field, expected, got) => {
    if (sameJson(expected, got)) return;
    found.push(`${id}, ${field}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(got)}`);
  });
  return found;
};

/** Equal down to the order of keys, which is what a model would see. */
const sameJson = (a: Json, b: Json): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);
