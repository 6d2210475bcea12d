/** Which tasks a run trains on, gates on and is tested on. No task serves two purposes. */
import { JuxtaError } from '../base/errors.ts';
import { pythonShuffled } from '../base/python-random.ts';
import { random } from '../base/random.ts';
import type { Environment, Task } from '../environments/environment.ts';
import { openEnvironment } from '../environments/open.ts';
import { definitionOf } from '../environments/registry.ts';
import type { SelftrainConfiguration } from './configuration.ts';

export interface PlannedTask {
  readonly index: number;
  readonly id: string;
}
export interface TaskSet {
  readonly split: string;
  readonly tasks: readonly PlannedTask[];
}

export interface TaskRange {
  /** Position of the first task (default: 0). */
  readonly start?: number | undefined;
  /** If given, the split is shuffled before tasks are taken from it, in Python's order for this seed. */
  readonly shuffle?: number | undefined;
}

/**
 * @param count null: all of a finite split, the default number of a generated one
 * @throws JuxtaError `no-tasks`
 */
export const taskSet = (
  environment: Environment,
  split: string,
  count: number | null,
  { start = 0, shuffle }: TaskRange = {},
): TaskSet => {
  const tasks =
    shuffle === undefined
      ? placed(environment.tasks(split, count === null ? { start } : { start, count }), start)
      : pythonShuffled(placed(environment.tasks(split)), shuffle).slice(
          start,
          count === null ? undefined : start + count,
        );
  if (tasks.length === 0)
    throw new JuxtaError(
      'no-tasks',
      `${environment.name} has no task in its split ${split}${start > 0 ? ` from position ${start} on` : ''}`,
      { hint: start > 0 ? 'begin earlier: --start' : 'name another split, or data that has it' },
    );
  return { split, tasks };
};

const placed = (tasks: readonly Task[], start = 0): readonly PlannedTask[] =>
  tasks.map(({ id }, i) => ({ index: start + i, id }));

export interface SelftrainPlan {
  readonly train: { readonly split: string; ofRound(round: number): readonly PlannedTask[] };
  readonly gate: TaskSet;
  readonly test: TaskSet;
}

export const planOf = async (configuration: SelftrainConfiguration): Promise<SelftrainPlan> => {
  const spec = configuration.cast.environment;
  const environment = await openEnvironment(spec);
  const { purposes, generated } = await definitionOf(spec);
  const { train, gate, test } = purposes;
  const { tasks } = configuration;
  const ofRound = (round: number): readonly PlannedTask[] => {
    if (generated) {
      const count = tasks ?? generated.train;
      return taskSet(environment, train, count, { start: (round - 1) * count }).tasks;
    }
    const all = taskSet(environment, train, null).tasks;
    if (tasks === null || tasks >= all.length) return all;
    const drawn = random(configuration.seed, 'tasks', round).shuffle(all).slice(0, tasks);
    return drawn.sort((a, b) => a.index - b.index);
  };
  return {
    train: { split: train, ofRound },
    gate: taskSet(environment, gate, configuration.gateTasks),
    test: taskSet(environment, test, configuration.testTasks),
  };
};
