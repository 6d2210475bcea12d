/** Tells those who watch when something was written, looking at the store only while somebody does. */
import type { StoreReader } from '../../store/reader.ts';
import type { Change } from './api.ts';

export interface Live {
  /** Calls back at once with how things stand, and on every change; the function that is returned ends that. */
  subscribe(listener: (change: Change) => void): () => void;
}

const EVERY_MS = 500;

/** That a store cannot be read is a change too: whoever then asks it for something is told why. */
const unreadable: Change = { trees: 0, evaluations: 0, runs: 'unreadable' };

export const liveChanges = (reader: Pick<StoreReader, 'marks'>, everyMs = EVERY_MS): Live => {
  const listeners = new Set<(change: Change) => void>();
  let timer: NodeJS.Timeout | undefined;
  let last: Change = unreadable;
  const present = (): Change => {
    try {
      return reader.marks();
    } catch {
      return unreadable;
    }
  };
  const look = (): void => {
    const now = present();
    if (JSON.stringify(now) === JSON.stringify(last)) return;
    last = now;
    for (const listener of listeners) listener(now);
  };
  return {
    subscribe: listener => {
      look();
      listener(last);
      if (listeners.size === 0) timer = setInterval(look, everyMs).unref();
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) clearInterval(timer);
      };
    },
  };
};
