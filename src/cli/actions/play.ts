import type { Action } from '../commands/command.ts';
import type { Options } from '../commands/play.ts';
import { environmentTitle } from '../configure/environment.ts';
import type { EnvironmentOptions } from '../options/environment.ts';
import { evaluateTasks } from './evaluate.ts';

/** One conversation, as an evaluation of one task in which a person plays a part. */
export const action: Action<Options & EnvironmentOptions> = (options, call) =>
  evaluateTasks(
    {
      ...options,
      ...(options.resume ? {} : { environment: environmentTitle(options, call) }),
      ...(options.as === 'user' ? { user: 'human' } : { agent: 'human' }),
      tasks: options.tasks ?? 1,
      trials: 1,
      setting: 'greedy',
    },
    call,
  );
