import { delay } from '../../base/delay.ts';
import { abortedFault } from '../fault.ts';

/** Waits for a promise that goes on for others, but leaves as soon as the signal fires. */
export const leaveOnAbort = <T>(promise: Promise<T>, model: string, signal?: AbortSignal): Promise<T> => {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(abortedFault(model));
    signal.addEventListener('abort', leave, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
    if (signal.aborted) leave();
  });
};

/** One answer that several callers wait for. */
export interface SharedWait {
  /** Fires when every caller has left; one without a signal never leaves. */
  readonly signal: AbortSignal;
  /** Joins; call what it returns once the caller has its answer. */
  readonly join: (caller?: AbortSignal) => () => void;
}

export const createSharedWait = (): SharedWait => {
  const controller = new AbortController();
  let staying = 0;
  return {
    signal: controller.signal,
    join: caller => {
      staying++;
      const leave = (): void => {
        if (--staying === 0) controller.abort();
      };
      caller?.addEventListener('abort', leave, { once: true });
      if (caller?.aborted) leave();
      return () => caller?.removeEventListener('abort', leave);
    },
  };
};

/** Waits for `ms`. @throws RequestFault `aborted` when the signal fires */
export const pause = (ms: number, model: string, signal?: AbortSignal): Promise<void> =>
  delay(ms, signal).catch(() => Promise.reject(abortedFault(model)));
