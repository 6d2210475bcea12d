/** The goals of a task are the calls of its ground truth; a goal is reached by a call that equals it. */
import { isJsonObject, type Json, type JsonObject } from '../../dialogue/json.ts';
import type { CallRecord } from '../../dialogue/turn.ts';
import type { Goal } from '../environment.ts';
import type { TauTask } from './task.ts';
import { toJson } from './values/json.ts';
import { readValue } from './values/read.ts';

/** One goal per action, repeated ones as often as the ground truth repeats them. */
export const goalsOf = (task: TauTask): readonly Goal[] =>
  task.actions.map((action, i) => ({
    id: `${i}:${action.name}`,
    tool: action.name,
    arguments: toJson(readValue(action.arguments, `${task.id}, action ${i}`)) as JsonObject,
  }));

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

const same = (a: Json, b: Json): boolean => {
  if (isJsonObject(a) && isJsonObject(b)) {
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length &&
      keys.every(key => Object.hasOwn(b, key) && same(a[key]!, b[key]!))
    );
  }
  if (isList(a) && isList(b)) return a.length === b.length && a.every((item, i) => same(item, b[i]!));
  return a === b;
};

/** Which open goals the calls reach: every call at most one, every goal at most once, in goal order. */
export const reachedBy = (open: readonly Goal[], calls: readonly CallRecord[]): readonly Goal[] => {
  const reached = new Set<Goal>();
  for (const call of calls) {
    const goal = open.find(
      candidate =>
        !reached.has(candidate) && candidate.tool === call.name && same(candidate.arguments, call.arguments),
    );
    if (goal) reached.add(goal);
  }
  return open.filter(goal => reached.has(goal));
};
