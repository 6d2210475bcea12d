import { JuxtaError } from '../base/errors.ts';
import { RequestFault } from '../models/fault.ts';
import type { ModelError } from '../models/model.ts';

/** What ends a run whose model will answer no further request, with what to look at. */
export const endpointFailed = (cause: ModelError): JuxtaError =>
  new JuxtaError('endpoint-failed', `${cause.message}; everything finished is kept`, {
    hint:
      cause instanceof RequestFault && cause.advice
        ? cause.advice
        : cause instanceof RequestFault && cause.kind === 'unreachable'
          ? 'see that the server is running and that its address is right'
          : 'see what the server says, in its log too; `--retry-wait` and `--timeout` give it more time',
    cause,
  });

/** What ends a run of which some tasks met nothing but failed requests. */
export const tasksUndone = (undone: number, tasks: number, error: string | undefined): JuxtaError =>
  new JuxtaError(
    'tasks-undone',
    `${undone} of ${tasks} tasks met nothing but failed requests and are not done${error ? ` (${error})` : ''}`,
    { hint: 'everything else is kept' },
  );
