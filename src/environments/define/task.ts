/** Tasks of one's own: in code, or in a file of JSON lines, JSON or YAML. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { BadInputError, messageOf } from '../../base/errors.ts';
import { hash } from '../../base/random.ts';
import { validated } from '../../base/zod-issue.ts';
import type { Json } from '../../dialogue/json.ts';
import type { Task } from '../environment.ts';
import type { OwnGoal } from './goals.ts';
import { problemsOf, type StandardSchema } from './input.ts';

export type Split = 'train' | 'gate' | 'test';

/** A task as its author writes it; fields beyond these are the author's own, for `state` and `goals`. */
export interface TaskInput {
  readonly id: string;
  readonly instructions: string | readonly string[];
  /** For break-downs in reports (default: the tools and kinds of its goals). */
  readonly type?: string;
  /** Default: by a stable hash of the id, 70 % train, 15 % gate, 15 % test. */
  readonly split?: Split;
  /** The user's lines, for users that need no model. */
  readonly script?: readonly string[];
  readonly goals?: readonly OwnGoal[];
  readonly state?: unknown;
  readonly [field: string]: unknown;
}

interface KnownTask extends Task {
  readonly split: Split;
  readonly script?: readonly string[];
  readonly goals?: readonly OwnGoal[];
}

/** Fields that nobody described: they are taken for whatever they are used as. */
type LooseFields = { readonly state?: Readonly<Record<string, never>> } & { readonly [field: string]: never };

/** A task as tools, goals and users see it, with its author's own fields. */
export type OwnTask<Fields = unknown> = KnownTask &
  (unknown extends Fields ? LooseFields : Omit<Fields, keyof KnownTask>);

/** A file of tasks, looked for beside the module that names it. */
export interface TaskFile<Fields = unknown> {
  readonly file: string;
  /** What the author's own fields must be. */
  readonly fields?: StandardSchema<Fields>;
}

/**
 * Tasks in a file of JSON lines, JSON or YAML.
 * @param fields where given, checks the fields of your own in every task, and types them: `task.order` is then a string
 * @example tasksFrom('tasks.jsonl')
 * @example tasksFrom('tasks.jsonl', z.object({ order: z.string() }))
 */
export const tasksFrom = <Fields = unknown>(
  file: string,
  fields?: StandardSchema<Fields>,
): TaskFile<Fields> => ({ file, ...(fields && { fields }) });

const text = z.string().min(1);
const anything = z.json() as z.ZodType<Json>;
const at = z.enum(['turn', 'end']).optional();
const goal = z.union(
  [
    z.strictObject({
      call: text,
      arguments: anything.optional(),
      match: z.enum(['exact', 'subset']).optional(),
      at,
    }),
    z.strictObject({ state: text, equals: anything, at }),
    z.strictObject({ says: text, flags: z.string().optional(), at }),
    z.strictObject({ judge: text }),
  ],
  { error: 'a goal is { call, arguments }, { state, equals }, { says } or { judge }' },
);
const line = z.looseObject({
  id: text,
  instructions: z.union([text, z.array(text).min(1)]),
  type: text.optional(),
  split: z.enum(['train', 'gate', 'test']).optional(),
  script: z.array(text).min(1).optional(),
  goals: z.array(goal).optional(),
  state: z.record(z.string(), anything).optional(),
});

/** @throws BadInputError naming file, line and field */
export const readTaskFile = async (
  { file, fields }: TaskFile,
  folder: string,
): Promise<readonly OwnTask[]> => {
  const path = resolve(folder, file);
  let content: string;
  try {
    content = readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch (cause) {
    throw new BadInputError(path, `cannot be read: ${messageOf(cause)}`, {
      cause,
      hint: 'tasksFrom looks beside the module that calls it',
    });
  }
  const rows = /\.ya?ml$/.test(file)
    ? fromYaml(path, content)
    : /\.json$/.test(file)
      ? fromJson(path, content)
      : fromLines(path, content);
  const tasks = rows.map(({ where, value }) => ({ where, task: parsed(where, value) }));
  if (!fields) return ready(tasks);
  return ready(
    await Promise.all(
      tasks.map(async ({ where, task }, i) => ({
        where,
        task: { ...task, ...(await ownFields(where, rows[i]!.value, fields)) },
      })),
    ),
  );
};

/** @throws BadInputError naming the task */
export const readTasks = (tasks: readonly TaskInput[]): readonly OwnTask[] =>
  ready(
    tasks.map((task, i) => {
      const where = `task ${i + 1}`;
      const { goals, ...rest } = task;
      const read = parsed(where, rest);
      return { where, task: { ...read, ...(goals && { goals }) } };
    }),
  );

interface Row {
  readonly where: string;
  readonly value: unknown;
}

const fromLines = (path: string, content: string): readonly Row[] =>
  content.split(/\r?\n/).flatMap((row, i) => {
    if (row.trim() === '') return [];
    const where = `${path}, line ${i + 1}`;
    try {
      return { where, value: JSON.parse(row) as unknown };
    } catch (cause) {
      throw new BadInputError(where, `is not JSON: ${messageOf(cause)}`, { cause });
    }
  });

const fromJson = (path: string, content: string): readonly Row[] => {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (cause) {
    throw new BadInputError(path, `is not JSON: ${messageOf(cause)}`, { cause });
  }
  if (Array.isArray(value))
    return value.map((task, i) => ({ where: `${path}, task ${i + 1}`, value: task as unknown }));
  throw new BadInputError(path, 'should be a list of tasks');
};

const fromYaml = (path: string, content: string): readonly Row[] => {
  const lines = new LineCounter();
  const document = parseDocument(content, { lineCounter: lines });
  const [error] = document.errors;
  if (error) throw new BadInputError(`${path}, line ${error.linePos?.[0].line ?? 1}`, error.message);
  const value: unknown = document.toJS();
  if (!Array.isArray(value)) throw new BadInputError(path, 'should be a list of tasks');
  return value.map((task, i) => {
    const node = document.getIn([i], true) as { readonly range?: readonly number[] | null } | undefined;
    const start = node?.range?.[0];
    return {
      where: `${path}, line ${start === undefined ? 1 : lines.linePos(start).line}`,
      value: task as unknown,
    };
  });
};

const parsed = (where: string, value: unknown): TaskInput => {
  const { goals, ...rest } = validated(line, value, where);
  return {
    ...rest,
    ...(goals && { goals: goals.map((goal, i) => ownGoal(`${where}, field goals[${i}]`, goal)) }),
  } as TaskInput;
};

/** @throws BadInputError naming the field */
const ownFields = async (where: string, value: unknown, fields: StandardSchema): Promise<object> => {
  const result = await fields['~standard'].validate(value);
  if (result.issues) throw new BadInputError(where, problemsOf(result.issues));
  const { goals: _, ...own } = result.value as Readonly<Record<string, unknown>>;
  return own;
};

const ownGoal = (where: string, read: z.output<typeof goal>): OwnGoal => {
  if ('judge' in read) return { kind: 'judge', sentence: read.judge };
  const when = read.at === undefined ? {} : { at: read.at };
  if ('call' in read) {
    const { call: tool, arguments: input, match } = read;
    return {
      kind: 'call',
      tool,
      ...(input !== undefined && { arguments: input }),
      ...(match && { match }),
      ...when,
    };
  }
  if ('state' in read) return { kind: 'state', path: read.state, equals: read.equals, ...when };
  if (read.flags === undefined) return { kind: 'says', text: read.says, ...when };
  try {
    return { kind: 'says', text: new RegExp(read.says, read.flags), ...when };
  } catch (cause) {
    throw new BadInputError(where, `is no regular expression: ${messageOf(cause)}`, { cause });
  }
};

/** Where tasks stand, for what is found wrong with them later. */
const places = new WeakMap<OwnTask, string>();

/** @example placeOf(task) // '/home/ann/tasks.jsonl, line 3, task t3' */
export const placeOf = (task: OwnTask): string => places.get(task) ?? `task ${task.id}`;

const ready = (rows: readonly { readonly where: string; readonly task: TaskInput }[]): readonly OwnTask[] => {
  const seen = new Map<string, string>();
  return rows.map(({ where, task }) => {
    const before = seen.get(task.id);
    if (before !== undefined)
      throw new BadInputError(`${where}, field id`, `${JSON.stringify(task.id)} is the id of ${before}, too`);
    seen.set(task.id, where);
    const { instructions, split, type, ...rest } = task;
    const read = {
      ...rest,
      type: type ?? typeOf(task.goals ?? []),
      instructions: typeof instructions === 'string' ? [instructions] : instructions,
      split: split ?? splitOf(task.id),
    } as OwnTask;
    // The number of a task in a list that was given in code says less than its id.
    places.set(read, /^task \d+$/.test(where) ? `task ${task.id}` : `${where}, task ${task.id}`);
    return read;
  });
};

/** The same task is always in the same split, whatever tasks stand beside it. */
const splitOf = (id: string): Split => {
  const share = hash('task split', id) / 2 ** 32;
  return share < 0.7 ? 'train' : share < 0.85 ? 'gate' : 'test';
};

const typeOf = (goals: readonly OwnGoal[]): string =>
  [...new Set(goals.map(goal => (goal.kind === 'call' ? goal.tool : goal.kind)))].sort().join('+') || 'task';
