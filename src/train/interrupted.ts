import { JuxtaError } from '../base/errors.ts';

/** Training was stopped by its signal; called again with the same job, it goes on where it was. */
export class TrainingInterruptedError extends JuxtaError {
  override readonly name = 'TrainingInterruptedError';
  constructor(done: number, steps: number) {
    super('training-interrupted', `Training was stopped after ${done} of ${steps} steps`, {
      hint: 'Run it again: it goes on from its checkpoint, if it keeps one.',
    });
  }
}
