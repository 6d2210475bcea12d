import { hash } from '../../base/random.ts';
import type { TauEnvironment } from './environment.ts';
import type { TauTask } from './task.ts';

/** Parts of a published split and how many tenths of its tasks each has. */
export interface Division {
  readonly of: string;
  readonly tenths: Readonly<Record<string, number>>;
}

/**
 * The environment with further splits where its publishers made too few: a published split divided by a hash of each task's id, so
 * that a task is in the same part wherever and whenever it is read, whichever other tasks there are.
 *
 * @example withDivision(airline, { of: 'test', tenths: { 'test-train': 5, 'test-gate': 2, 'test-test': 3 } })
 */
export const withDivision = (environment: TauEnvironment, { of, tenths }: Division): TauEnvironment => {
  const parts = new Map<string, TauTask[]>(Object.keys(tenths).map(name => [name, []]));
  const partOf = Object.entries(tenths).flatMap(([name, count]) => Array<string>(count).fill(name));
  for (const task of environment.tasks(of)) parts.get(partOf[hash(task.id) % partOf.length]!)!.push(task);
  return {
    ...environment,
    get notes() {
      return environment.notes ?? [];
    },
    splits: [...environment.splits, ...parts.keys()],
    tasks: (split, range = {}) => {
      const tasks = parts.get(split);
      if (!tasks) return environment.tasks(split, range);
      const start = range.start ?? 0;
      return tasks.slice(start, range.count === undefined ? undefined : start + range.count);
    },
  };
};
