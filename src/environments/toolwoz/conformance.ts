import { BadInputError } from '../../base/errors.ts';
import type { Json, JsonObject } from '../../dialogue/json.ts';
import { query } from '../travel/query.ts';
import { referenceRules } from '../travel/rules.ts';
import type { DomainGoals, TravelTask } from '../travel/task.ts';
import type { Values } from '../travel/values.ts';
import { openToolwoz } from './environment.ts';
import { type ExpectedEntry, readExpectedTasks, readRowTexts, readSequences } from './golden.ts';
import { type Compare, replaySequence } from './replay.ts';

export interface Conformance {
  /** Sequences, or tasks, without any difference. */
  readonly matched: number;
  /** One sentence per difference: which id and field, what was expected, what came. */
  readonly mismatches: readonly string[];
}

/** Where the data is, as for `openToolwoz`. */
interface Options {
  readonly data?: string;
}

/**
 * Replays recorded call sequences of the reference (`golden_calls_*.jsonl[.gz]`) and compares every result text,
 * reached goal and reward.
 * @throws BadInputError naming file, line and field if the file does not fit
 */
export const replayCalls = async (file: string, options: Options = {}): Promise<Conformance> => {
  const environment = await openToolwoz({ ...options, rules: 'reference' });
  const rows = readRowTexts(file);
  const tasks = new Map(
    environment.splits.flatMap(split => environment.tasks(split)).map(task => [task.id, task]),
  );
  const tally = newTally();
  for (const sequence of readSequences(file)) {
    tally.check(sequence.id, compare => {
      const task = tasks.get(sequence.task);
      if (task) replaySequence(environment, task, sequence, rows, compare);
      else compare('task', sequence.task, null);
    });
  }
  return tally.result();
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
  const tasks = environment.tasks(expected.split);
  const tally = newTally();
  tally.check(
    `split ${expected.split}`,
    compare =>
      compare(
        'ids',
        expected.ids,
        tasks.map(({ id }) => id),
      ),
    0,
  );
  for (const task of tasks) {
    tally.check(task.id, compare => compareTask(expected.tasks[task.id] ?? {}, task, compare));
  }
  return tally.result();
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

/** Counts ids without differences and words those with. */
const newTally = () => {
  let matched = 0;
  const mismatches: string[] = [];
  return {
    check: (id: string, body: (compare: Compare) => void, weight = 1): void => {
      const before = mismatches.length;
      body((field, expected, got) => {
        if (sameJson(expected, got)) return;
        mismatches.push(`${id}, ${field}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(got)}`);
      });
      if (mismatches.length === before) matched += weight;
    },
    result: (): Conformance => ({ matched, mismatches }),
  };
};

/** Equal down to the order of keys, which is what a model would see. */
const sameJson = (a: Json, b: Json): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);
