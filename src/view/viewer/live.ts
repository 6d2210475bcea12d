/** Tells those who watch when something was written, looking at the store only while somebody does. */
import type { StoreReader } from '../../store/reader.ts';
import type { Change } from './api.ts';

export interface Live {
  /** Calls back on every change from now on; the function that is returned ends that. */
  subscribe(listener: (change: Change) => void): () => void;
}

const EVERY_MS = 500;

export const liveChanges = (reader: StoreReader, everyMs = EVERY_MS): Live => {
  const listeners = new Set<(change: Change) => void>();
  let timer: NodeJS.Timeout | undefined;
  let last = '';
  const look = (): void => {
    let marks: Change;
    try {
      marks = reader.marks();
    } catch {
      // A store that cannot be read now is told of by whoever asks it for something.
      return;
    }
    const seen = JSON.stringify(marks);
    if (seen === last) return;
    last = seen;
    for (const listener of listeners) listener(marks);
  };
  return {
    subscribe: listener => {
      if (listeners.size === 0) {
        look();
        timer = setInterval(look, everyMs).unref();
      }
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) clearInterval(timer);
      };
    },
  };
};
