/** Goals of one's own: what a task asks for, each reached or not. */
import type { Json, JsonObject } from '../../dialogue/json.ts';
import type { CallRecord } from '../../dialogue/turn.ts';
import type { Goal } from '../environment.ts';
import { includesJson, sameJson, valueAt } from './json.ts';

/** What a goal is judged by. */
export interface Moment {
  /** Calls that were executed and not refused. */
  readonly calls: readonly CallRecord[];
  readonly state: JsonObject;
  readonly said: readonly string[];
}

interface GoalBase {
  /** `turn`: as soon as a turn reaches it (default); `end`: by how the conversation ends. */
  readonly at?: 'turn' | 'end';
}
/** A call that was executed and not refused. `arguments` as JSON, or a function of them; none: any. */
export interface CallGoal extends GoalBase {
  readonly kind: 'call';
  readonly tool: string;
  readonly arguments?: Json | ((input: Json) => boolean);
  /** `exact` (default): these arguments and no others; `subset`: at least these. */
  readonly match?: 'exact' | 'subset';
}
/** A state of the environment: what lies at a path, or a function of all of it. */
export interface StateGoal<State = never> extends GoalBase {
  readonly kind: 'state';
  /** A dotted path into the state that `equals` a value, or a function of the state. */
  readonly path?: string;
  readonly equals?: Json;
  readonly holds?: (state: State) => boolean;
}
/** Something that the agent says to the user. */
export interface SaysGoal extends GoalBase {
  readonly kind: 'says';
  /** A text, in whatever case, or a regular expression. */
  readonly text: string | RegExp;
}
/** A sentence that a model decides (`--judge`) when the conversation has ended. */
export interface JudgeGoal {
  readonly kind: 'judge';
  readonly sentence: string;
}
/** What a task asks for. Its state's type is that of the environment: `OwnGoal<Shop>`. */
export type OwnGoal<State = never> = CallGoal | StateGoal<State> | SaysGoal | JudgeGoal;

/** @example called('find_order', { order_id: 'W1' }) */
export const called = (
  tool: string,
  input?: CallGoal['arguments'],
  options: Pick<CallGoal, 'match' | 'at'> = {},
): CallGoal => ({ kind: 'call', tool, ...(input !== undefined && { arguments: input }), ...options });

/**
 * A state for which the function gives true. Within `goals` of an environment the state's type is known.
 * @example state(s => s.orders.W1.refunded === 'damaged')
 */
export const state = <State>(holds: (state: State) => boolean, options: GoalBase = {}): StateGoal<State> => ({
  kind: 'state',
  holds,
  ...options,
});

/** @example says(/30 days/) */
export const says = (text: string | RegExp, options: GoalBase = {}): SaysGoal => ({
  kind: 'says',
  text,
  ...options,
});

/** @example judged('The agent refused politely.') */
export const judged = (sentence: string): JudgeGoal => ({ kind: 'judge', sentence });

/** A goal of one task, as the search and the evaluation know it. */
export interface ReadyGoal extends Goal {
  readonly at: 'turn' | 'end';
  reached(moment: Moment): boolean;
}

/** The goals that the environment itself can tell, with ids that no two share: `call find_order`, `call find_order 2`. */
export const readyGoals = (goals: readonly OwnGoal[]): readonly ReadyGoal[] => {
  const seen = new Map<string, number>();
  return goals.flatMap(goal => {
    if (goal.kind === 'judge') return [];
    const title = titleOf(goal);
    const count = (seen.get(title) ?? 0) + 1;
    seen.set(title, count);
    const input = goal.kind === 'call' ? goal.arguments : undefined;
    return {
      id: count === 1 ? title : `${title} ${count}`,
      tool: goal.kind === 'call' ? goal.tool : '',
      arguments:
        typeof input === 'object' && input !== null && !Array.isArray(input) ? (input as JsonObject) : {},
      at: goal.at ?? 'turn',
      reached: moment => isReached(goal, moment),
    };
  });
};

/** The sentences that a judge is asked about. */
export const sentences = (goals: readonly OwnGoal[]): readonly string[] =>
  goals.flatMap(goal => (goal.kind === 'judge' ? [goal.sentence] : []));

const titleOf = (goal: Exclude<OwnGoal, JudgeGoal>): string => {
  if (goal.kind === 'call') return `call ${goal.tool}`;
  if (goal.kind === 'says') return `says ${String(goal.text)}`;
  return goal.path === undefined ? 'state' : `state ${goal.path}`;
};

const isReached = (goal: Exclude<OwnGoal, JudgeGoal>, moment: Moment): boolean => {
  switch (goal.kind) {
    case 'call':
      return moment.calls.some(call => call.name === goal.tool && fits(call.arguments, goal));
    case 'says':
      return moment.said.some(text => isSaid(goal.text, text));
    case 'state':
      return goal.holds
        ? goal.holds(moment.state as never) === true
        : sameJson(valueAt(moment.state, goal.path ?? ''), goal.equals);
  }
};

const fits = (given: Json, { arguments: wanted, match = 'exact' }: CallGoal): boolean => {
  if (wanted === undefined) return true;
  if (typeof wanted === 'function') return wanted(given);
  return match === 'subset' ? includesJson(given, wanted) : sameJson(given, wanted);
};

const isSaid = (wanted: string | RegExp, text: string): boolean =>
  typeof wanted === 'string'
    ? text.toLowerCase().includes(wanted.toLowerCase())
    : new RegExp(wanted.source, wanted.flags.replace(/[gy]/g, '')).test(text);
