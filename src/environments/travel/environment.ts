import { JuxtaError } from '../../base/errors.ts';
import type { CallRecord } from '../../dialogue/turn.ts';
import type { Environment } from '../environment.ts';
import { execute } from './call.ts';
import { goalsOf, reachedGoals } from './goals.ts';
import { type RulesName, type TravelRules, travelRules } from './rules.ts';
import type { TravelGoal, TravelTask } from './task.ts';
import { travelTools } from './tools.ts';

/** The calls of a conversation, newest first: adding one is O(1) and leaves older states as they are. */
export type TravelState = null | { readonly record: CallRecord; readonly before: TravelState };

export interface TravelEnvironmentOptions {
  readonly name: string;
  readonly systemPrompt?: string;
  readonly splits: readonly string[];
  /** The tasks of one of the splits; `count` and `start` as in `Environment.tasks`. */
  readonly tasks: (
    split: string,
    range: { readonly start?: number; readonly count?: number },
  ) => readonly TravelTask[];
  readonly rules?: RulesName | Partial<TravelRules>;
  readonly notes?: readonly string[];
}

export const travelSystemPrompt =
  'You are a travel agent. Help the customer to find and book what they ask for, with the functions that you are ' +
  'given and nothing else. Never promise anything that these functions cannot do.';

/**
 * A travel agency: searches and bookings over a database, goals per domain. ToolWOZ and Hamlet are two such worlds,
 * which differ in where their tasks come from.
 */
export const travelEnvironment = (
  options: TravelEnvironmentOptions,
): Environment<TravelTask, TravelState, TravelGoal> => {
  const rules = travelRules(options.rules);
  return {
    name: options.name,
    systemPrompt: options.systemPrompt ?? travelSystemPrompt,
    tools: travelTools,
    splits: options.splits,
    tasks: (split, range = {}) => {
      if (!options.splits.includes(split)) {
        throw new JuxtaError('unknown-split', `${options.name} has no split named ${split}`, {
          hint: `Its splits are ${options.splits.join(', ')}.`,
        });
      }
      return options.tasks(split, range);
    },
    start: () => null,
    call: async (task, state, call) => {
      const record = execute(task, call, rules);
      return { state: { record, before: state }, record };
    },
    goals: task => goalsOf(task, rules),
    reached: (_task, open, { calls }) => reachedGoals(open, calls, rules),
    outcome: (task, state) => {
      const goals = goalsOf(task, rules);
      return goals.length === 0 ? 0 : reachedGoals(goals, callsOf(state), rules).length / goals.length;
    },
    ...(options.notes && { notes: options.notes }),
  };
};

/** The calls of a state, oldest first. */
export const callsOf = (state: TravelState): readonly CallRecord[] => {
  const calls: CallRecord[] = [];
  for (let at = state; at; at = at.before) calls.push(at.record);
  return calls.reverse();
};
