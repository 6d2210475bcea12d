/** The goals of a task are the calls of its ground truth; a goal is reached by a call that equals it. */
import { isJsonObject, type Json, type JsonObject } from '../../dialogue/json.ts';
import type { CallRecord } from '../../dialogue/turn.ts';
import type { Goal } from '../environment.ts';
import type { TauTask } from './task.ts';
import { toJson } from './values/json.ts';
import { readValue } from './values/read.ts';

export interface TauGoal extends Goal {
  /** The arguments that count (default: all). */
  readonly compared?: readonly string[];
}

/** One goal per action, repeated ones as often as the ground truth repeats them. */
export const goalsOf = (task: TauTask): readonly TauGoal[] =>
  task.actions.map((action, i) => ({
    id: `${i}:${action.name}`,
    tool: action.name,
    arguments: toJson(readValue(action.arguments, `${task.id}, action ${i}`)) as JsonObject,
    ...(action.compared && { compared: action.compared }),
  }));

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

/** Truths are numbers to Python. */
const plain = (value: Json): Json => (typeof value === 'boolean' ? Number(value) : value);

/** Equality as Python has it: `1`, `1.0` and `true` are equal. */
const same = (a: Json, b: Json): boolean => {
  if (isJsonObject(a) && isJsonObject(b)) {
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length &&
      keys.every(key => Object.hasOwn(b, key) && same(a[key]!, b[key]!))
    );
  }
  if (isList(a) && isList(b)) return a.length === b.length && a.every((item, i) => same(item, b[i]!));
  return plain(a) === plain(b);
};

const isReachedBy = ({ tool, arguments: wanted, compared }: TauGoal, call: CallRecord): boolean => {
  if (tool !== call.name) return false;
  const given = call.arguments;
  if (!compared) return same(wanted, given);
  const part = (args: Json, key: string): Json | undefined =>
    isJsonObject(args) && Object.hasOwn(args, key) ? args[key] : undefined;
  return compared.every(key => same(part(wanted, key) ?? null, part(given, key) ?? null));
};

/** Which open goals the calls reach: every call at most one, every goal at most once, in goal order. */
export const reachedBy = (open: readonly TauGoal[], calls: readonly CallRecord[]): readonly TauGoal[] => {
  const reached = new Set<TauGoal>();
  for (const call of calls) {
    const goal = open.find(candidate => !reached.has(candidate) && isReachedBy(candidate, call));
    if (goal) reached.add(goal);
  }
  return open.filter(goal => reached.has(goal));
};
