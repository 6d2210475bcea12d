/** Goals that say nothing: reached by doing nothing, or by nobody; tasks that two splits share; tools nobody needs. */
import type { JsonObject } from '../../dialogue/json.ts';
import { toolCall } from '../../dialogue/message.ts';
import { toolInput } from '../define/input.ts';
import type { Purposes } from '../definition.ts';
import { type Environment, type Goal, type Task, ToolCallError } from '../environment.ts';
import type { Finding } from './finding.ts';
import { placeOf } from './place.ts';

/** Goals that stand before the first word is said. */
export const checkUntouched = (environment: Environment, task: Task): readonly Finding[] => {
  const state = environment.start(task);
  const goals = environment.goals(task);
  const reached = environment.reached(task, goals, { calls: [], state, said: [] });
  const found = reached.map(
    (goal): Finding => ({
      severity: 'error',
      code: 'reached-by-nothing',
      where: `${placeOf(task)}, goal ${goal.id}`,
      message: 'it is reached before anybody does anything',
      hint: 'ask for what the state does not hold at the start',
    }),
  );
  if (found.length > 0 || !(environment.outcome(task, state, []) > 0)) return found;
  return [
    {
      severity: 'warning',
      code: 'rewarded-for-nothing',
      where: placeOf(task),
      message: 'a conversation in which nothing is done earns a reward',
      hint: 'a goal at the end holds from the start: ask for something besides',
    },
  ];
};

/** Goals that name a call: is it one that the tool takes, and does it reach the goal? */
export const checkNamedCalls = async (environment: Environment, task: Task): Promise<readonly Finding[]> => {
  const found: Finding[] = [];
  let state = environment.start(task);
  for (const goal of environment.goals(task)) {
    const tool = environment.tools.find(({ name }) => name === goal.tool);
    if (!tool || Object.keys(goal.arguments).length === 0) continue;
    const where = `${placeOf(task)}, goal ${goal.id}`;
    const problem = await problemWith(tool.name, tool.parameters, goal.arguments);
    const made = await callOnce(environment, task, state, goal);
    state = made.state;
    if (made.isReached && problem === undefined) continue;
    if (made.isReached)
      found.push({
        severity: 'warning',
        code: 'schema-disagrees',
        where: `tool ${tool.name}`,
        message: `its schema does not allow what a goal asks for (${where}): ${problem}`,
        hint: 'a provider that holds a model to the schema never makes that call',
      });
    else if (problem !== undefined)
      found.push({
        severity: 'error',
        code: 'unreachable',
        where,
        message: `the tool takes no such arguments, so nobody reaches it: ${problem}`,
      });
    else
      found.push({
        severity: 'warning',
        code: 'not-reached',
        where,
        message: `the very call that it names does not reach it; the tool answered: ${short(made.output)}`,
        hint: 'see that it can be done after what the goals before it ask for',
      });
  }
  return found;
};

/** Makes the call that a goal names. */
const callOnce = async (environment: Environment, task: Task, state: unknown, goal: Goal) => {
  const call = toolCall('check', goal.tool, JSON.stringify(goal.arguments));
  try {
    const made = await environment.call(task, state, call);
    const turn = { calls: [made.record], state: made.state, said: [] };
    const reached = environment.reached(task, [goal], turn);
    return { state: made.state, output: made.record.output, isReached: reached.length > 0 };
  } catch (thrown) {
    if (!(thrown instanceof ToolCallError)) throw thrown;
    return { state, output: thrown.message, isReached: false };
  }
};

/** A goal with `"match": "subset"` need not name all arguments. */
const problemWith = async (
  name: string,
  parameters: JsonObject,
  given: JsonObject,
): Promise<string | undefined> => {
  const checked = await toolInput(name, { ...parameters, required: [] }).check(given);
  return 'problem' in checked ? checked.problem : undefined;
};

const short = (text: string): string => (text.length > 160 ? `${text.slice(0, 160)}…` : text);

/** The same instructions and goals in two splits: what was trained on is then tested. */
export const checkSplits = (
  environment: Environment,
  purposes: Purposes,
  tasksOf: (split: string) => readonly Task[],
): readonly Finding[] => {
  const found: Finding[] = [];
  const seen = new Map<string, { readonly split: string; readonly place: string }>();
  for (const split of new Set(Object.values(purposes))) {
    const tasks = tasksOf(split);
    if (tasks.length === 0)
      found.push({
        severity: 'warning',
        code: 'empty-split',
        where: `split ${split}`,
        message: 'it has no tasks',
        hint: 'write more tasks, or say of some: "split": "…"',
      });
    for (const task of tasks) {
      const goals = environment.goals(task).map(goal => [goal.id, goal.arguments]);
      const key = JSON.stringify([task.instructions, goals]);
      const other = seen.get(key);
      if (!other) seen.set(key, { split, place: placeOf(task) });
      else if (other.split !== split)
        found.push({
          severity: 'error',
          code: 'shared-task',
          where: placeOf(task),
          message: `it asks in ${split} for what ${other.place} asks for in ${other.split}`,
          hint: 'what a model is trained on must not test it: keep one of them',
        });
    }
  }
  return found;
};

/** Tools that no goal names and no goal about the state can need. */
export const checkTools = (environment: Environment, tasks: readonly Task[]): readonly Finding[] => {
  const goals = tasks.flatMap(task => environment.goals(task));
  const named = new Set(goals.map(goal => goal.tool));
  const aboutState = goals.some(goal => goal.tool === '');
  return environment.tools
    .filter(tool => !named.has(tool.name) && !(aboutState && tool.mutating))
    .map(tool => ({
      severity: 'note',
      code: 'unneeded-tool',
      where: `tool ${tool.name}`,
      message: 'no goal of any task names it',
    }));
};
