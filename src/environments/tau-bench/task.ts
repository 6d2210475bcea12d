import { BadInputError } from '../../base/errors.ts';
import type { Task } from '../environment.ts';
import { printValue } from './values/print.ts';
import { type Dict, isDict, isList, type List, type Value } from './values/value.ts';

/** A call that the ground truth makes. `arguments` is JSON text, as in a tool call, so that 100 and 100.0 stay apart. */
export interface GroundTruthAction {
  readonly name: string;
  readonly arguments: string;
}

/** A task of the benchmark, as plain data. */
export interface TauTask extends Task {
  /** Position in its file. */
  readonly index: number;
  /** Whose voice the user simulator plays, if the task says so. */
  readonly userId?: string;
  readonly actions: readonly GroundTruthAction[];
  /** What the agent has to say to the user at some point. */
  readonly outputs: readonly string[];
  /** Whether the reward asks for the outputs (in τ²-bench a task says which checks count). */
  readonly outputsCount: boolean;
  /** τ²-bench: what a judge model would have to find true of the conversation. Empty where no judge is needed. */
  readonly assertions: readonly string[];
}

const list = (value: Value | undefined, where: string): List =>
  value !== undefined && value !== null && isList(value) ? value : bad(where, 'expected a list');
const text = (value: Value | undefined, where: string): string =>
  typeof value === 'string' ? value : bad(where, 'expected a text');
const object = (value: Value | undefined, where: string): Dict =>
  value !== undefined && value !== null && typeof value === 'object' && isDict(value)
    ? value
    : bad(where, 'expected an object');
const bad = (where: string, problem: string): never => {
  throw new BadInputError(where, problem, { hint: 'Pull the data again: it is not what was published.' });
};

/** Readers for the parts of a task file, with errors that say where something is not as it should be. */
export const expect = { list, text, object };

/** What kind of task this is: the tools that its ground truth writes with. */
export const typeOf = (actions: readonly GroundTruthAction[], writes: (name: string) => boolean): string => {
  const names = new Set(actions.map(action => action.name).filter(writes));
  return names.size === 0 ? 'nothing to write' : [...names].sort().join('+');
};

/** The tasks of one file of the first version (specification, section 1). */
export const readTasks = (
  value: Value,
  where: string,
  prefix: string,
  writes: (name: string) => boolean,
): readonly TauTask[] =>
  list(value, where).map((item, index) => {
    const here = `${where}, task ${index}`;
    const task = object(item, here);
    const actions = list(task.get('actions'), `${here}, actions`).map((entry, i) => {
      const action = object(entry, `${here}, action ${i}`);
      return {
        name: text(action.get('name'), `${here}, action ${i}, name`),
        arguments: printValue(object(action.get('kwargs'), `${here}, action ${i}, kwargs`)),
      };
    });
    return {
      id: `${prefix}/${index}`,
      type: typeOf(actions, writes),
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
