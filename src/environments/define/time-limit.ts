import { EnvironmentFault } from '../environment.ts';

export interface Limit {
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number;
}

/** How long somebody else's work is waited for. What ends by itself at once sets no timer. */
export interface TimeLimit {
  /** Fires with the caller's own, and after the time-out, which begins when this is asked for. */
  readonly signal: AbortSignal;
  /** @throws EnvironmentFault if `signal` fires first; whatever the work throws */
  race<T>(work: PromiseLike<T>): Promise<T>;
}

/** @param what for messages: `the tool refund` */
export const timeLimit = (what: string, { signal: given, timeoutMs }: Limit): TimeLimit => {
  let signal: AbortSignal | undefined;
  const limit: TimeLimit = {
    get signal() {
      signal ??= given
        ? AbortSignal.any([given, AbortSignal.timeout(timeoutMs)])
        : AbortSignal.timeout(timeoutMs);
      return signal;
    },
    race: async work => {
      const either = limit.signal;
      const over = Promise.withResolvers<never>();
      const fault = (): EnvironmentFault =>
        new EnvironmentFault(
          given?.aborted ? `${what} was aborted` : `${what} took too long: more than ${timeoutMs / 1000} s`,
        );
      const stop = (): void => over.reject(fault());
      if (either.aborted) stop();
      else either.addEventListener('abort', stop, { once: true });
      try {
        return await Promise.race([work, over.promise]);
      } catch (thrown) {
        // What was thrown because of the abort is no answer.
        throw either.aborted && !(thrown instanceof EnvironmentFault) ? fault() : thrown;
      } finally {
        either.removeEventListener('abort', stop);
      }
    },
  };
  return limit;
};

/**
 * Waits for somebody else's work no longer than the caller does, and no longer than a limit.
 * @throws EnvironmentFault if either is over first; whatever `work` throws
 */
export const within = <T>(
  what: string,
  given: Limit,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  const limit = timeLimit(what, given);
  return limit.race(work(limit.signal));
};
