import { EnvironmentFault } from '../environment.ts';

/**
 * Waits for somebody else's work no longer than the caller does, and no longer than a limit.
 * @param what for messages: `the tool refund`
 * @param work is given a signal that fires with the caller's own, and after `timeoutMs`
 * @throws EnvironmentFault if either fires first; whatever `work` throws
 */
export const within = async <T>(
  what: string,
  { signal, timeoutMs }: { readonly signal: AbortSignal | undefined; readonly timeoutMs: number },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  const timeout = AbortSignal.timeout(timeoutMs);
  const either = signal ? AbortSignal.any([signal, timeout]) : timeout;
  const over = Promise.withResolvers<never>();
  const fault = (): EnvironmentFault =>
    new EnvironmentFault(
      signal?.aborted ? `${what} was aborted` : `${what} took too long: more than ${timeoutMs / 1000} s`,
    );
  const stop = (): void => over.reject(fault());
  if (either.aborted) stop();
  else either.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([work(either), over.promise]);
  } catch (thrown) {
    // What was thrown because of the abort is no answer.
    throw either.aborted && !(thrown instanceof EnvironmentFault) ? fault() : thrown;
  } finally {
    either.removeEventListener('abort', stop);
  }
};
