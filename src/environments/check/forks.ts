/** Whether forks share nothing by accident, and the same calls give the same. */
import { isDeepStrictEqual } from 'node:util';
import { type ToolCall, toolCall } from '../../dialogue/message.ts';
import { type Environment, type Task, ToolCallError } from '../environment.ts';
import type { Finding } from './finding.ts';
import { placeOf } from './place.ts';

/** What could be seen of a call. */
interface Seen {
  readonly call: ToolCall;
  readonly output: string;
  readonly state: unknown;
}

/**
 * Makes the calls that a task's goals name twice: from one start for both, as forks of a search do, and from another
 * start. All three must go alike, and leave the first start as it was.
 */
export const checkForks = async (environment: Environment, task: Task): Promise<readonly Finding[]> => {
  const calls = callsFor(environment, task);
  const start = environment.start(task);
  const before = look(environment, start);
  const first = await play(environment, task, start, calls);
  const where = placeOf(task);
  if (!isDeepStrictEqual(before, look(environment, start)))
    return [
      {
        severity: 'error',
        code: 'shared-state',
        where,
        message: `calls of ${namesIn(calls)} changed the state from which they began, which other branches share`,
        hint: 'keep all that changes in the state; tools write to it alone',
      },
    ];
  const fork = await play(environment, task, start, calls);
  const anew = await play(environment, task, environment.start(task), calls);
  return [...differences(where, first, fork), ...differences(where, first, anew)].slice(0, 1);
};

const differences = (where: string, first: readonly Seen[], second: readonly Seen[]): readonly Finding[] => {
  const at = first.findIndex((seen, i) => !isDeepStrictEqual(seen, second[i]));
  const [one, other] = [first[at], second[at]];
  if (!one || !other) return [];
  const answered =
    one.output === other.output ? 'left another state' : `answered ${one.output}, then ${other.output}`;
  return [
    {
      severity: 'error',
      code: 'not-repeatable',
      where: `tool ${one.call.function.name}`,
      message: `made twice (${where}), the call ${one.call.function.arguments} ${answered}`,
      hint: 'draw from `random` and keep what changes in `state`: clocks, Math.random and variables of the module differ from branch to branch',
    },
  ];
};

const play = async (
  environment: Environment,
  task: Task,
  start: unknown,
  calls: readonly ToolCall[],
): Promise<readonly Seen[]> => {
  const seen: Seen[] = [];
  let state = start;
  for (const call of calls) {
    let output: string;
    try {
      const made = await environment.call(task, state, call);
      state = made.state;
      output = made.record.output;
    } catch (thrown) {
      if (!(thrown instanceof ToolCallError)) throw thrown;
      output = thrown.message;
    }
    seen.push({ call, output, state: look(environment, state) });
  }
  return seen;
};

/** A copy of what a state shows. */
const look = (environment: Environment, state: unknown): unknown =>
  structuredClone(environment.inspect ? environment.inspect(state) : state);

/** Those that goals name, and of the tools that no goal names one with what little their schemas ask for. */
const callsFor = (environment: Environment, task: Task): readonly ToolCall[] => {
  const named = environment
    .goals(task)
    .filter(goal => goal.tool !== '')
    .map((goal, i) => toolCall(`goal${i}`, goal.tool, JSON.stringify(goal.arguments)));
  const others = environment.tools
    .filter(tool => !named.some(call => call.function.name === tool.name))
    .map((tool, i) => toolCall(`tool${i}`, tool.name, '{}'));
  return [...named, ...others];
};

const namesIn = (calls: readonly ToolCall[]): string =>
  [...new Set(calls.map(call => call.function.name))].join(', ');
