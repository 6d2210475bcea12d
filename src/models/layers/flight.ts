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

/** Several parties that wait for one answer. */
export interface Company {
  /** Fires when every party has left; a party without a signal never leaves. */
  readonly signal: AbortSignal;
  /** Joins; call what it returns when the party has its answer. */
  readonly join: (party?: AbortSignal) => () => void;
}

export const createCompany = (): Company => {
  const controller = new AbortController();
  let staying = 0;
  return {
    signal: controller.signal,
    join: party => {
      staying++;
      const leave = (): void => {
        if (--staying === 0) controller.abort();
      };
      party?.addEventListener('abort', leave, { once: true });
      if (party?.aborted) leave();
      return () => party?.removeEventListener('abort', leave);
    },
  };
};

/** Waits for `ms`. @throws RequestFault `aborted` when the signal fires */
export const pause = (ms: number, model: string, signal?: AbortSignal): Promise<void> =>
  delay(ms, signal).catch(() => Promise.reject(abortedFault(model)));
