/** `defineEnvironment`: the whole of an environment of one's own. */
import { z } from 'zod';
import { JuxtaError, messageOf } from '../../base/errors.ts';
import type { JsonObject } from '../../dialogue/json.ts';
import type { CallRecord } from '../../dialogue/turn.ts';
import type { EnvironmentDefinition } from '../definition.ts';
import { type Environment, EnvironmentFault, type Pace } from '../environment.ts';
import { checkGoals } from './check-goals.ts';
import { type Moment, type OwnGoal, type ReadyGoal, readyGoals, sentences } from './goals.ts';
import { frozenJson, NotJsonError } from './json.ts';
import { type OwnTask, readTaskFile, readTasks, type Split, type TaskFile, type TaskInput } from './task.ts';
import { callTool, type OwnTool, type ReadyTool, readyTool } from './tool.ts';

export interface OwnEnvironment<State, Inputs> {
  readonly name: string;
  /** What the agent is told it is, before its tools. */
  readonly systemPrompt: string;
  /** A file (`tasksFrom`), a list, or a function that gives one. */
  readonly tasks:
    | TaskFile
    | readonly TaskInput[]
    | (() => readonly TaskInput[] | Promise<readonly TaskInput[]>);
  /** The state in which a task begins: plain JSON data, which is copied. Default: what stands in the task's field `state`. */
  readonly state?: (task: OwnTask) => State;
  readonly tools: { readonly [Name in keyof Inputs]: OwnTool<State, Inputs[Name]> };
  /** Default: what stands in the task's field `goals`. */
  readonly goals?: (task: OwnTask) => readonly OwnGoal[];
  /** Under what licence tasks and data may be used, as hubs write it (default: `other`). It goes onto data set cards. */
  readonly licence?: string;
  /** How conversations are paced, where that is to differ from ToolWOZ's. */
  readonly pace?: Pace;
  /** A call that takes longer is the environment's fault (default: 60 seconds). */
  readonly timeoutSeconds?: number;
}

/** Of whatever state and arguments: its author's types have served. */
type AnyEnvironment = OwnEnvironment<never, unknown>;

/** What happened in a conversation, newest first, so that a fork shares what came before it. */
interface Entry {
  readonly record: CallRecord;
  readonly refused: boolean;
  readonly before: Entry | null;
}
interface OwnState {
  readonly data: JsonObject;
  readonly last: Entry | null;
  readonly calls: number;
}

/**
 * An environment of one's own: tools, tasks, goals and a state that is plain data. The module's default export; every
 * command takes it as `--environment ./returns.ts`.
 *
 * @example
 * export default defineEnvironment({
 *   name: 'returns-desk',
 *   systemPrompt: 'You help customers of a shop with returns. Ask for the order number first.',
 *   tasks: tasksFrom('tasks.jsonl'),
 *   state: () => ({ orders: structuredClone(orders) }),
 *   tools: {
 *     find_order: {
 *       description: 'Finds an order by its number.',
 *       inputSchema: z.object({ order_id: z.string() }),
 *       readOnly: true,
 *       execute: ({ order_id }, { state }) => state.orders[order_id] ?? 'There is no such order.',
 *     },
 *   },
 * });
 * @throws JuxtaError `bad-environment`, `bad-tool`
 */
export const defineEnvironment = <State, Inputs>(
  own: OwnEnvironment<State, Inputs>,
): EnvironmentDefinition => {
  for (const field of ['name', 'systemPrompt'] as const)
    if (typeof own[field] !== 'string' || own[field].trim() === '')
      throw new JuxtaError('bad-environment', `the environment has no ${field}`, {
        hint: `defineEnvironment({ ${field}: '…', … })`,
      });
  const names = Object.keys(own.tools ?? {}) as (keyof Inputs & string)[];
  if (names.length === 0)
    throw new JuxtaError('bad-environment', `${own.name} has no tools`, {
      hint: 'tools: { find_order: { … } }',
    });
  const tools = new Map(
    names.map(name => [name as string, readyTool(name, own.tools[name] as unknown as OwnTool<never>)]),
  );
  const definition = (folder: string): EnvironmentDefinition => ({
    name: own.name,
    licence: own.licence ?? 'other',
    options: z.strictObject({}),
    purposes: { train: 'train', gate: 'gate', test: 'test' },
    user: { withModel: 'goal', scripted: 'script' },
    scripts: [],
    replyTokens: 1024,
    beside: definition,
    open: async () =>
      openOwn(own as unknown as AnyEnvironment, tools, await tasksOf(own.tasks, folder)) as Environment,
  });
  return definition('.');
};

const tasksOf = async (
  tasks: OwnEnvironment<unknown, unknown>['tasks'],
  folder: string,
): Promise<readonly OwnTask[]> => {
  if (typeof tasks === 'function') return readTasks(await tasks());
  return 'file' in tasks ? readTaskFile(tasks.file, folder) : readTasks(tasks as readonly TaskInput[]);
};

const SPLITS: readonly Split[] = ['train', 'gate', 'test'];

const openOwn = (
  own: AnyEnvironment,
  tools: ReadonlyMap<string, ReadyTool>,
  all: readonly OwnTask[],
): Environment<OwnTask, OwnState, ReadyGoal> => {
  const start = (task: OwnTask): OwnState => ({ data: startOf(own, task), last: null, calls: 0 });
  const wanted = new Map(all.map(task => [task.id, own.goals ? own.goals(task) : (task.goals ?? [])]));
  const ready = new Map([...wanted].map(([id, goals]) => [id, readyGoals(goals)]));
  for (const task of all)
    checkGoals(task, wanted.get(task.id)!, new Set(tools.keys()), () => start(task).data);
  const goalsAt = ({ id }: OwnTask, at: 'turn' | 'end'): readonly ReadyGoal[] =>
    ready.get(id)!.filter(goal => goal.at === at);
  return {
    name: own.name,
    systemPrompt: own.systemPrompt,
    tools: [...tools.values()].map(tool => tool.schema),
    splits: SPLITS,
    tasks: (split, { start: from = 0, count } = {}) => {
      if (!SPLITS.some(known => known === split))
        throw new JuxtaError('unknown-split', `${own.name} has no split ${JSON.stringify(split)}`, {
          hint: `its splits are ${SPLITS.join(', ')}`,
        });
      const tasks = all.filter(task => task.split === split);
      return tasks.slice(from, count === undefined ? undefined : from + count);
    },
    start,
    call: async (task, state, call, signal) => {
      const tool = tools.get(call.function.name);
      if (!tool) return { ...unknownTool(state, call.function.name, [...tools.keys()]) };
      const scene = {
        task,
        state: state.data,
        index: state.calls,
        signal,
        timeoutMs: 1000 * (own.timeoutSeconds ?? 60),
      };
      const answer = await callTool(tool, call, scene);
      const { arguments: input, output, returned, refused } = answer;
      const record: CallRecord = { name: call.function.name, arguments: input, output, returned };
      return { state: after(state, answer.state, record, refused), record };
    },
    goals: task => goalsAt(task, 'turn'),
    reached: (_task, open, { calls, state, said }) => {
      const moment: Moment = { calls: accepted(state, calls.length), state: state.data, said };
      return open.filter(goal => goal.reached(moment));
    },
    outcome: (task, state, said) => {
      const moment: Moment = { calls: accepted(state, state.calls), state: state.data, said };
      const goals = ready.get(task.id)!;
      return goals.filter(goal => goal.reached(moment)).length / goals.length;
    },
    criteria: task => sentences(wanted.get(task.id)!),
    ...(own.pace && { pace: own.pace }),
    ...(all.some(task => goalsAt(task, 'end').length > 0) && { judgesFinalState: true }),
  };
};

const startOf = (own: AnyEnvironment, task: OwnTask): JsonObject => {
  try {
    const data = frozenJson(own.state ? own.state(task) : (task.state ?? {}), 'state');
    if (typeof data === 'object' && data !== null && !Array.isArray(data)) return data as JsonObject;
    throw new NotJsonError('state is no object');
  } catch (thrown) {
    if (!(thrown instanceof NotJsonError)) throw thrown;
    throw new EnvironmentFault(`${own.name}, task ${task.id}: ${messageOf(thrown)}`, { cause: thrown });
  }
};

const after = (state: OwnState, data: JsonObject, record: CallRecord, refused: boolean): OwnState => ({
  data,
  last: { record, refused, before: state.last },
  calls: state.calls + 1,
});

/** The model's own mistake, which it can mend. */
const unknownTool = (state: OwnState, name: string, known: readonly string[]) => {
  const output = `There is no tool ${name}. The tools are: ${known.join(', ')}.`;
  const record: CallRecord = { name, arguments: {}, output, returned: null };
  return { state: after(state, state.data, record, true), record };
};

/** Of the last calls those that were not refused, oldest first. */
const accepted = (state: OwnState, last: number): readonly CallRecord[] => {
  const calls: CallRecord[] = [];
  let left = last;
  for (let at = state.last; at && left > 0; at = at.before, left--) if (!at.refused) calls.push(at.record);
  return calls.reverse();
};
