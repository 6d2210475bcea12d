/** What is wrong with a task's goals before anybody plays it. */
import { BadInputError } from '../../base/errors.ts';
import type { JsonObject } from '../../dialogue/json.ts';
import type { OwnGoal } from './goals.ts';
import { valueAt } from './json.ts';
import { type OwnTask, placeOf } from './task.ts';

/**
 * @param tools names of the tools there are
 * @param start the state in which the task begins, where it is known
 * @throws BadInputError naming file and line, task and goal
 */
export const checkGoals = (
  task: OwnTask,
  goals: readonly OwnGoal[],
  tools: ReadonlySet<string>,
  start: (() => JsonObject) | undefined,
): void => {
  if (!goals.some(isReachedAtTurn))
    throw new BadInputError(`${placeOf(task)}, field goals`, 'none can be reached in a turn', {
      hint: 'a task needs a goal of the kind call, state or says that is not at the end',
    });
  goals.forEach((goal, i) => {
    const where = `${placeOf(task)}, field goals[${i}]`;
    if (goal.kind === 'call' && !tools.has(goal.tool))
      throw new BadInputError(where, `there is no tool ${goal.tool}`, {
        hint: `the tools are ${[...tools].join(', ')}`,
      });
    if (start && goal.kind === 'state' && goal.path !== undefined) checkPath(where, goal.path, start());
  });
};

const isReachedAtTurn = (goal: OwnGoal): boolean => goal.kind !== 'judge' && goal.at !== 'end';

/** A call may add the last field of a path, but hardly what holds it. */
const checkPath = (where: string, path: string, state: JsonObject): void => {
  const parts = path.split('.');
  for (let length = 1; length < parts.length; length++) {
    const holder = parts.slice(0, length).join('.');
    if (valueAt(state, holder) === undefined)
      throw new BadInputError(where, `the path ${path} leads nowhere: the state has no ${holder}`);
  }
};
