import { JuxtaError } from '../base/errors.ts';

/** Stopped by the user, with everything that was finished kept. */
export const interrupted = (): JuxtaError =>
  new JuxtaError('interrupted', 'stopped before the end; everything finished is kept', {
    hint: 'go on with --resume',
  });
