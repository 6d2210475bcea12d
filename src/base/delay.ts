/** The longest time that a timer takes, in ms (24.8 days): asked for more, it fires at once. */
export const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * Waits for any number of milliseconds.
 * @throws the signal's reason as soon as it fires
 * @example await delay(retryAfterMs, signal);
 */
export const delay = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    let timer: NodeJS.Timeout;
    const leave = (): void => {
      clearTimeout(timer);
      reject(signal!.reason);
    };
    const wait = (left: number): void => {
      const now = Math.min(left, LONGEST_TIMER);
      timer = setTimeout(() => {
        if (left > now) return wait(left - now);
        signal?.removeEventListener('abort', leave);
        resolve();
      }, now);
    };
    signal?.addEventListener('abort', leave, { once: true });
    wait(ms);
  });
