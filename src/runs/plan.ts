/** Which tasks a run trains on, gates on and is tested on. No task serves two purposes. */
import { JuxtaError } from '../base/errors.ts';
import { random } from '../base/random.ts';
import type { Environment } from '../environments/environment.ts';
import { openEnvironment } from '../environments/open.ts';
import type { SelftrainConfiguration } from './configuration.ts';

export interface PlannedTask {
  readonly index: number;
  readonly id: string;
}
export interface TaskSet {
  readonly split: string;
  readonly tasks: readonly PlannedTask[];
}

/** The splits of an environment by purpose. */
export interface Purposes {
  readonly train: string;
  readonly gate: string;
  readonly test: string;
  /** True if the splits are generated, so that each round can have fresh tasks. */
  readonly endless: boolean;
}

export const purposesOf = (environment: string): Purposes =>
  environment === 'toolwoz'
    ? { train: 'val-train', gate: 'val-gate', test: 'test', endless: false }
    : { train: 'train', gate: 'gate', test: 'test', endless: true };

/**
 * @param count null: all of a finite split, the default number of a generated one
 * @throws JuxtaError `no-tasks`
 */
export const taskSet = (
  environment: Environment,
  split: string,
  count: number | null,
  start = 0,
): TaskSet => {
  const tasks = environment.tasks(split, count === null ? { start } : { start, count });
  if (tasks.length === 0)
    throw new JuxtaError(
      'no-tasks',
      `${environment.name} has no task in its split ${split}${start > 0 ? ` from position ${start} on` : ''}`,
      { hint: start > 0 ? 'begin earlier: --start' : 'name another split, or data that has it' },
    );
  return { split, tasks: tasks.map((task, i) => ({ index: start + i, id: task.id })) };
};

export interface SelftrainPlan {
  readonly train: { readonly split: string; ofRound(round: number): readonly PlannedTask[] };
  readonly gate: TaskSet;
  readonly test: TaskSet;
}

export const planOf = async (configuration: SelftrainConfiguration): Promise<SelftrainPlan> => {
  const environment = await openEnvironment(configuration.cast.environment);
  const { train, gate, test, endless } = purposesOf(environment.name);
  const { tasks } = configuration;
  const ofRound = (round: number): readonly PlannedTask[] => {
    if (endless) {
      const count = tasks ?? DEFAULT_TASKS;
      return taskSet(environment, train, count, (round - 1) * count).tasks;
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

const DEFAULT_TASKS = 500;
