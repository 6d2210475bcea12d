import { JuxtaError } from '../base/errors.ts';
import { RequestFault } from '../models/fault.ts';
import type { ModelError } from '../models/model.ts';

/** What ends a run whose model will answer no further request, with what to look at. */
export const endpointFailed = (cause: ModelError): JuxtaError =>
  new JuxtaError('endpoint-failed', `${cause.message}; everything finished is kept`, {
    hint:
      cause instanceof RequestFault && cause.kind === 'unreachable'
        ? 'see that the server is running and that its address is right'
        : 'see that the model is there and that its key is right',
    cause,
  });
