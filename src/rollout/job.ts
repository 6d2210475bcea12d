import { JuxtaError } from '../base/errors.ts';
import type { Task } from '../environments/environment.ts';
import { converse, type Episode } from '../play/converse.ts';
import type { SearchOptions } from '../search/josh/josh.ts';
import type { JoshTree } from '../search/josh/tree.ts';
import { searchTree } from '../search/search-tree.ts';
import type { Players } from './cast.ts';
import { judged } from './judge.ts';

/** A tree to be searched or a conversation to be held, as plain data. */
export type Job = TreeJob | EpisodeJob;

interface Place {
  readonly split: string;
  /** Position of the task in its split. */
  readonly index: number;
  readonly seed: number;
  readonly temperature: number;
  /** Which of several conversations about the same task (default 0): trials share no answers of remote models. */
  readonly trial?: number;
}
export interface TreeJob extends Place {
  readonly kind: 'tree';
  readonly search: SearchOptions;
}
export interface EpisodeJob extends Place {
  readonly kind: 'episode';
  readonly maxMessages: number;
  readonly maxTries: number;
  readonly maxSteps: number;
}

export type JobResult<J extends Job> = J extends TreeJob ? JoshTree : Episode;

/**
 * Does one job. Deterministic: the same cast and job give the same result, byte for byte.
 * @param onLeaves called with the number of live leaves whenever it changes
 */
export const doJob = async <J extends Job>(
  cast: Players,
  job: J,
  signal?: AbortSignal,
  onLeaves: (alive: number) => void = () => undefined,
): Promise<JobResult<J>> => {
  const task = taskOf(cast, job);
  const playing = { ...cast, temperature: job.temperature };
  onLeaves(1);
  const result =
    job.kind === 'tree'
      ? await searchTree(playing, task, job.seed, job.search, {
          onRound: ({ live }) => onLeaves(live.length),
          ...(signal && { signal }),
        })
      : await judged(
          cast.judge,
          cast.environment.criteria?.(task) ?? [],
          await converse(playing, task, job.seed, { ...job, ...(signal && { signal }) }),
          signal,
        );
  return result as JobResult<J>;
};

const taskOf = (cast: Players, { split, index }: Place): Task => {
  const [task] = cast.environment.tasks(split, { start: index, count: 1 });
  if (task) return task;
  throw new JuxtaError('unknown-task', `${cast.environment.name} has no task ${index} in its split ${split}`);
};
