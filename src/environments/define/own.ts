/** What all environments of one's own have, whatever their worlds are made of: tasks, goals, and a record of calls. */
import { z } from 'zod';
import { JuxtaError } from '../../base/errors.ts';
import type { CallRecord } from '../../dialogue/turn.ts';
import type { EnvironmentDefinition } from '../definition.ts';
import type { Environment, Pace } from '../environment.ts';
import { checkGoals } from './check-goals.ts';
import { type Moment, type OwnGoal, type ReadyGoal, readyGoals, sentences } from './goals.ts';
import { type OwnTask, readTaskFile, readTasks, type Split, type TaskFile, type TaskInput } from './task.ts';
import type { CheckedTool } from './tool.ts';
import type { World } from './world.ts';

/** Ties a task to the type of its environment's state, so that `state(s => …)` knows it without being told. */
interface Playing<State> {
  readonly '~state'?: State;
}

/** What every environment of one's own takes. */
export interface OwnBasics<State, Fields = unknown> {
  readonly name: string;
  /** What the agent is told it is, before its tools. */
  readonly systemPrompt: string;
  /** A file (`tasksFrom`), a list, or a function that gives one. */
  readonly tasks:
    | TaskFile<Fields>
    | readonly (TaskInput & Fields)[]
    | (() => readonly (TaskInput & Fields)[] | Promise<readonly (TaskInput & Fields)[]>);
  /** Default: what stands in the task's field `goals`. */
  readonly goals?: (task: OwnTask<Fields> & Playing<State>) => readonly OwnGoal<State>[];
  /** Under what licence tasks and data may be used, as hubs write it (default: `other`). It goes onto data set cards. */
  readonly licence?: string;
  /** How conversations are paced, where that is to differ from ToolWOZ's. */
  readonly pace?: Pace;
  /** A call that takes longer is the environment's fault (default: 60 seconds). */
  readonly timeoutSeconds?: number;
}

/** What kinds of environments of one's own differ in. */
export interface OwnParts<Data, Tool extends CheckedTool, Options> {
  /** Read once, when the environment is opened. */
  tools(): Promise<ReadonlyMap<string, Tool>>;
  world(tools: ReadonlyMap<string, Tool>, options: Options): World<Data>;
  /** Options that it takes from the command line (default: none). */
  readonly options?: z.ZodObject;
  readonly sessions?: number;
}

/** @throws JuxtaError `bad-environment`, or what `ready` finds wrong with a tool */
export const toolsOf = <Given, Ready>(
  { name }: { readonly name: string },
  tools: Readonly<Record<string, Given>> | undefined,
  ready: (name: string, tool: Given) => Ready,
): ReadonlyMap<string, Ready> => {
  const given = Object.entries(tools ?? {});
  if (given.length > 0) return new Map(given.map(([tool, own]) => [tool, ready(tool, own)]));
  throw new JuxtaError('bad-environment', `${name} has no tools`, { hint: 'tools: { find_order: { … } }' });
};

/** @throws JuxtaError `bad-environment` */
export const ownDefinition = <State, Fields, Data, Tool extends CheckedTool, Options>(
  given: OwnBasics<State, Fields>,
  parts: OwnParts<Data, Tool, Options>,
): EnvironmentDefinition => {
  // Its author's types have served.
  const own = given as unknown as OwnBasics<never>;
  for (const field of ['name', 'systemPrompt'] as const)
    if (typeof own[field] !== 'string' || own[field].trim() === '')
      throw new JuxtaError('bad-environment', `the environment has no ${field}`, {
        hint: `defineEnvironment({ ${field}: '…', … })`,
      });
  if (own.tasks === undefined)
    throw new JuxtaError('bad-environment', `${own.name} has no tasks`, {
      hint: "tasks: tasksFrom('tasks.jsonl')",
    });
  const definition = (folder: string): EnvironmentDefinition => ({
    name: own.name,
    licence: own.licence ?? 'other',
    options: parts.options ?? z.strictObject({}),
    purposes: { train: 'train', gate: 'gate', test: 'test' },
    user: { withModel: 'goal', scripted: 'script' },
    scripts: [],
    replyTokens: 1024,
    ...(parts.sessions !== undefined && { sessions: parts.sessions }),
    beside: definition,
    open: async options => {
      const tasks = await tasksOf(own.tasks, folder);
      const tools = await parts.tools();
      return openOwn(own, tools, tasks, parts.world(tools, options as Options)) as Environment;
    },
  });
  return definition('.');
};

/** In milliseconds. */
export const timeoutOf = ({ timeoutSeconds = 60 }: { readonly timeoutSeconds?: number }): number =>
  1000 * timeoutSeconds;

const tasksOf = async (tasks: OwnBasics<never>['tasks'], folder: string): Promise<readonly OwnTask[]> => {
  if (typeof tasks === 'function') return readTasks(await tasks());
  return 'file' in tasks ? readTaskFile(tasks, folder) : readTasks(tasks);
};

const SPLITS: readonly Split[] = ['train', 'gate', 'test'];

/** What happened in a conversation, newest first, so that a fork shares what came before it. */
interface Entry {
  readonly record: CallRecord;
  readonly refused: boolean;
  readonly before: Entry | null;
}
interface OwnState<Data> {
  readonly data: Data;
  readonly last: Entry | null;
  readonly calls: number;
}

const openOwn = <Data, Tool extends CheckedTool>(
  own: OwnBasics<never>,
  tools: ReadonlyMap<string, Tool>,
  all: readonly OwnTask[],
  world: World<Data>,
): Environment<OwnTask, OwnState<Data>, ReadyGoal> => {
  const wanted = new Map(all.map(task => [task.id, own.goals ? own.goals(task) : (task.goals ?? [])]));
  const ready = new Map([...wanted].map(([id, goals]) => [id, readyGoals(goals)]));
  for (const task of all)
    checkGoals(
      task,
      wanted.get(task.id)!,
      new Set(tools.keys()),
      world.preview && (() => world.preview!(task)),
    );
  // One task of each split shows whether states are what they should be, before anybody plays.
  for (const split of SPLITS) {
    const first = all.find(task => task.split === split);
    if (first) world.preview?.(first);
  }
  const goalsAt = ({ id }: OwnTask, at: 'turn' | 'end'): readonly ReadyGoal[] =>
    ready.get(id)!.filter(goal => goal.at === at);
  const momentOf = (at: OwnState<Data>, calls: number, said: readonly string[]): Moment => ({
    calls: accepted(at, calls),
    // Asked for by goals of that kind alone: not every world can tell.
    get state() {
      return world.view(at.data);
    },
    said,
  });
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
    start: task => ({ data: world.start(task), last: null, calls: 0 }),
    inspect: ({ data }) => world.view(data),
    call: async (task, state, call, signal) => {
      const { name } = call.function;
      if (!tools.has(name)) return unknownTool(state, name, [...tools.keys()]);
      const { data, calls: index } = state;
      const answer = await world.call(call, { task, data, index, timeoutMs: timeoutOf(own), signal });
      const { arguments: input, output, returned, refused } = answer;
      const record: CallRecord = { name, arguments: input, output, returned };
      return { state: after(state, answer.data, record, refused), record };
    },
    goals: task => goalsAt(task, 'turn'),
    reached: (_task, open, { calls, state, said }) => {
      const moment = momentOf(state, calls.length, said);
      return open.filter(goal => goal.reached(moment));
    },
    outcome: (task, state, said) => {
      const moment = momentOf(state, state.calls, said);
      const goals = ready.get(task.id)!;
      return goals.filter(goal => goal.reached(moment)).length / goals.length;
    },
    criteria: task => sentences(wanted.get(task.id)!),
    ...(own.pace && { pace: own.pace }),
    ...(all.some(task => goalsAt(task, 'end').length > 0) && { judgesFinalState: true }),
    ...(world.counts && { counts: () => world.counts!() }),
    ...(world.dispose && { dispose: () => world.dispose!() }),
  };
};

const after = <Data>(
  state: OwnState<Data>,
  data: Data,
  record: CallRecord,
  refused: boolean,
): OwnState<Data> => ({ data, last: { record, refused, before: state.last }, calls: state.calls + 1 });

/** The model's own mistake, which it can mend. */
const unknownTool = <Data>(state: OwnState<Data>, name: string, known: readonly string[]) => {
  const output = `There is no tool ${name}. The tools are: ${known.join(', ')}.`;
  const record: CallRecord = { name, arguments: {}, output, returned: null };
  return { state: after(state, state.data, record, true), record };
};

/** Of the last calls those that were not refused, oldest first. */
const accepted = <Data>(state: OwnState<Data>, last: number): readonly CallRecord[] => {
  const calls: CallRecord[] = [];
  let left = last;
  for (let at = state.last; at && left > 0; at = at.before, left--) if (!at.refused) calls.push(at.record);
  return calls.reverse();
};
