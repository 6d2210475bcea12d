/** What the server tells, fetched once for each address and again whenever something was written. */
import { useEffect, useState, useSyncExternalStore } from 'react';
import type { Failure } from '../../src/view/viewer/api.ts';

/** How often something was written since the page was opened. */
let version = 0;
let isLive = true;
const listeners = new Set<() => void>();
const tell = (): void => {
  for (const listener of listeners) listener();
};

let source: EventSource | undefined;
const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  if (!source) {
    source = new EventSource('/api/live');
    source.addEventListener('change', () => {
      version++;
      isLive = true;
      tell();
    });
    source.addEventListener('error', () => {
      isLive = false;
      tell();
    });
  }
  return () => listeners.delete(listener);
};

/** A number that grows with every change. */
export const useVersion = (): number => useSyncExternalStore(subscribe, () => version);
/** Whether changes are heard of. */
export const useIsLive = (): boolean => useSyncExternalStore(subscribe, () => isLive);

/** What the server said in place of an answer. */
export class ServerError extends Error {}

const messageOf = (thrown: unknown): string =>
  thrown instanceof ServerError
    ? thrown.message
    : 'the server does not answer; is `juxta view` still running?';

/** @throws ServerError */
export const getJson = async <T>(address: string, signal?: AbortSignal): Promise<T> => {
  const response = await fetch(address, signal ? { signal } : {});
  const body = (await response.json()) as T | Failure;
  if (response.ok) return body as T;
  throw new ServerError((body as Failure).error.message);
};

export interface Loaded<T> {
  readonly value: T | undefined;
  readonly problem: string | undefined;
}

/** The last value stays while a newer one is fetched; that of another address does not. */
export const useJson = <T>(address: string): Loaded<T> => {
  const now = useVersion();
  const [loaded, setLoaded] = useState<Loaded<T> & { readonly address: string }>({
    address,
    value: undefined,
    problem: undefined,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: `now` says that what was fetched may be old
  useEffect(() => {
    const gone = new AbortController();
    getJson<T>(address, gone.signal).then(
      value => setLoaded({ address, value, problem: undefined }),
      (thrown: unknown) => {
        if (!gone.signal.aborted) setLoaded({ address, value: undefined, problem: messageOf(thrown) });
      },
    );
    return () => gone.abort();
  }, [address, now]);
  return loaded.address === address ? loaded : { value: undefined, problem: undefined };
};
