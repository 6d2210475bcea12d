/** One domain of the benchmark as an environment (specification, section 3). */
import { JuxtaError, messageOf } from '../../base/errors.ts';
import type { ToolCall } from '../../dialogue/message.ts';
import { type CallOutcome, type Environment, type Pace, ToolCallError } from '../environment.ts';
import type { TauDomain, TauState } from './domain.ts';
import { goalsOf, reachedBy, type TauGoal } from './goals.ts';
import { databaseAfterReward, initialDatabase, rewardOf } from './reward.ts';
import type { TauTask } from './task.ts';
import { runTool } from './tools/tool.ts';
import { toJson } from './values/json.ts';
import { readValue } from './values/read.ts';
import { type Dict, isDict } from './values/value.ts';

/**
 * Thirty steps in all, messages and calls alike, however many of them in a row are calls (section 9); ten tries a turn in a
 * search (josh.md, section 3).
 */
export const tauPace: Pace = {
  unit: 'requests',
  tries: 10,
  rounds: 30,
  messages: 61,
  steps: 30,
  turnSteps: 30,
  opensAnyway: true,
};

/** 200 messages in all, results of calls among them: two for each of the agent's steps (specification, section 13). */
export const tau2Pace: Pace = {
  ...tauPace,
  messages: 201,
  steps: 100,
  turnSteps: 100,
  opensAnyway: false,
};

export type TauEnvironment = Environment<TauTask, TauState, TauGoal>;

const argumentsOf = (call: ToolCall): Dict => {
  const where = `the arguments of ${call.function.name}`;
  let value: ReturnType<typeof readValue>;
  try {
    value = readValue(call.function.arguments, where);
  } catch (thrown) {
    throw new ToolCallError(messageOf(thrown), { cause: thrown });
  }
  if (value === null || typeof value !== 'object' || !isDict(value)) {
    throw new ToolCallError(`${where} are not a JSON object`);
  }
  return value;
};

/** Executes one call. @throws ToolCallError if its arguments are not a JSON object */
const callTool = (domain: TauDomain, state: TauState, call: ToolCall): CallOutcome<TauState> => {
  const { name } = call.function;
  const args = argumentsOf(call);
  const tool = domain.tools.get(name);
  const result = tool
    ? runTool(state.database, tool, args, domain.bind)
    : { database: state.database, observation: domain.unknownTool(name) };
  const aborted = result.observation === null;
  const output = result.observation ?? `Error: ${name} gave no answer, and the conversation cannot go on`;
  return {
    state: { database: result.database, aborted },
    record: { name, arguments: toJson(args), output, returned: output },
    ends: aborted || tool?.terminating === true,
  };
};

/** How many tasks of a split are won by doing and saying nothing, in words. */
const idleFloor = (domain: TauDomain, split: string, tasks: readonly TauTask[]): string => {
  const isWon = (task: TauTask): boolean => {
    const idle: TauState = { database: initialDatabase(domain, task), aborted: false };
    return rewardOf(domain, task, idle, []).reward === 1;
  };
  const won = tasks.filter(isWon).length;
  const share = tasks.length === 0 ? 0 : (100 * won) / tasks.length;
  return `doing nothing wins ${won} of ${tasks.length} ${split} tasks (${share.toFixed(1)} %)`;
};

export const tauEnvironment = (domain: TauDomain): TauEnvironment => {
  let notes: readonly string[] | undefined;
  return {
    name: domain.name,
    judgesFinalState: true,
    pace: domain.pace ?? tauPace,
    systemPrompt: domain.policy,
    tools: domain.schemas,
    splits: [...domain.splits.keys()],
    tasks: (split, range = {}) => {
      const tasks = domain.splits.get(split);
      if (!tasks) {
        throw new JuxtaError('unknown-split', `Unknown task split: ${split}`, {
          hint: `${domain.name} has: ${[...domain.splits.keys()].join(', ')}.`,
        });
      }
      const start = range.start ?? 0;
      return tasks.slice(start, range.count === undefined ? undefined : start + range.count);
    },
    start: task => ({ database: initialDatabase(domain, task), aborted: false }),
    call: async (_task, state, call) => callTool(domain, state, call),
    goals: goalsOf,
    reached: (_task, open, { calls }) => reachedBy(open, calls),
    outcome: (task, state, said) => rewardOf(domain, task, state, said).reward,
    afterReward: (task, state) =>
      state.aborted ? null : { ...state, database: databaseAfterReward(domain, task, state.database) },
    criteria: task => task.assertions,
    get notes() {
      notes ??= [
        ...[...domain.splits].map(([split, tasks]) => idleFloor(domain, split, tasks)),
        ...domain.remarks,
      ];
      return notes;
    },
  };
};
