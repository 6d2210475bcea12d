import type { Task } from '../environment.ts';
import type { Read } from './values/expect.ts';
import { list, object, text } from './values/expect.ts';
import { printValue } from './values/print.ts';

/** A call that the ground truth makes. `arguments` is JSON text, as in a tool call, so that 100 and 100.0 stay apart. */
export interface GroundTruthAction {
  readonly name: string;
  readonly arguments: string;
  /** True if its tool can change the database. */
  readonly writes: boolean;
  /** The arguments that count when a call is compared with it (default: all). */
  readonly compared?: readonly string[];
}

/** What differs from the shipped database when a task begins. */
export interface InitialState {
  /** JSON text of what is merged into the database, by table and record. */
  readonly data?: string;
  readonly actions: readonly GroundTruthAction[];
}

/** A task of the benchmark, as plain data. */
export interface TauTask extends Task {
  /** Position in its file. */
  readonly index: number;
  /** Whose voice the user simulator plays, if the task says so. */
  readonly userId?: string;
  readonly actions: readonly GroundTruthAction[];
  readonly initial?: InitialState;
  /** What the agent has to say to the user at some point. */
  readonly outputs: readonly string[];
  /** Whether the reward asks for the outputs (in τ²-bench a task says which checks count). */
  readonly outputsCount: boolean;
  /** τ²-bench: what a judge model would have to find true of the conversation. Empty where no judge is needed. */
  readonly assertions: readonly string[];
}

/** What kind of task this is: the tools that its ground truth writes with. */
export const typeOf = (actions: readonly GroundTruthAction[]): string => {
  const names = new Set(actions.filter(action => action.writes).map(action => action.name));
  return names.size === 0 ? 'nothing to write' : [...names].sort().join('+');
};

/** The tasks of one file of the first version (specification, section 1). */
export const readTasks = (
  { value, where }: Read,
  prefix: string,
  writes: (name: string) => boolean,
): readonly TauTask[] =>
  list(value, where).map((item, index) => {
    const here = `${where}, task ${index}`;
    const task = object(item, here);
    const actions = list(task.get('actions'), `${here}, actions`).map((entry, i) => {
      const action = object(entry, `${here}, action ${i}`);
      const name = text(action.get('name'), `${here}, action ${i}, name`);
      return {
        name,
        writes: writes(name),
        arguments: printValue(object(action.get('kwargs'), `${here}, action ${i}, kwargs`)),
      };
    });
    return {
      id: `${prefix}/${index}`,
      type: typeOf(actions),
      index,
      userId: text(task.get('user_id'), `${here}, user_id`),
      instructions: [text(task.get('instruction'), `${here}, instruction`)],
      actions,
      outputs: list(task.get('outputs'), `${here}, outputs`).map((output, i) =>
        text(output, `${here}, output ${i}`),
      ),
      outputsCount: true,
      assertions: [],
    };
  });
