/** What the server tells, fetched once for each address and again whenever something was written. */
import { useEffect, useState, useSyncExternalStore } from 'react';
import type { Failure } from '../../src/view/viewer/api.ts';

/** 0 until the server said what there is; from then on it grows with every change. */
let version = 0;
let isLive = true;
const listeners = new Set<() => void>();
const tell = (): void => {
  for (const listener of listeners) listener();
};

/** However much is written, what is shown is read again at most once in this time. */
const PAUSE_MS = 1000;
let pausing = false;
let missed = false;
const changed = (): void => {
  if (pausing) {
    missed = true;
    return;
  }
  version++;
  tell();
  pausing = true;
  setTimeout(() => {
    pausing = false;
    if (missed) changed();
    missed = false;
  }, PAUSE_MS);
};

let source: EventSource | undefined;
const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  if (!source) {
    source = new EventSource('/api/live');
    source.addEventListener('change', () => {
      isLive = true;
      changed();
    });
    source.addEventListener('error', () => {
      isLive = false;
      // Without it, what there is can at least be asked for, and what is wrong be told.
      if (version === 0) version = 1;
      tell();
    });
  }
  return () => listeners.delete(listener);
};

/** A number that grows with every change; 0 before anything is known. */
export const useVersion = (): number => useSyncExternalStore(subscribe, () => version);
/** Whether changes are heard of. */
export const useIsLive = (): boolean => useSyncExternalStore(subscribe, () => isLive);

/** What the server said in place of an answer. */
export class ServerError extends Error {}

export const messageOf = (thrown: unknown): string =>
  thrown instanceof ServerError
    ? thrown.message
    : 'the server does not answer; is `juxta view` still running?';

/** @throws ServerError */
export const getJson = <T>(address: string, signal: AbortSignal): Promise<T> =>
  answerOf<T>(address, { signal });

/** For what the server does rather than tells. @throws ServerError */
export const askJson = <T>(address: string): Promise<T> => answerOf<T>(address, { method: 'POST' });

const answerOf = async <T>(address: string, request: RequestInit): Promise<T> => {
  const response = await fetch(address, request);
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
  useEffect(() => {
    // What is asked for before changes are listened to may be old at once, and nobody would say so.
    if (now === 0) return;
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
