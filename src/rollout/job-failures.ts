import { JuxtaError, messageOf } from '../base/errors.ts';

/** The jobs of a run that threw. The others are done all the same; then the run fails with the first of these errors. */
export interface JobFailures {
  add(thrown: unknown): void;
  /** @throws what the first failed job threw, saying how many failed if there are several */
  throwAny(jobs: number): void;
}

export const jobFailures = (): JobFailures => {
  let first: unknown;
  let count = 0;
  return {
    add: thrown => {
      if (count++ === 0) first = thrown;
    },
    throwAny: jobs => {
      if (count === 0) return;
      if (count === 1) throw first;
      const { code = 'internal', hint } = first instanceof JuxtaError ? first : {};
      throw new JuxtaError(code, `${count} of ${jobs} tasks failed, the first with: ${messageOf(first)}`, {
        ...(hint !== undefined && { hint }),
        cause: first,
      });
    },
  };
};
