import type { Completion } from '../model.ts';

/**
 * Where answers are kept. `put` returns (or its promise resolves) when they are durable; until then nobody may use
 * them. The store implements it twice: for a run's own completions, and for the cache shared by all runs.
 */
export interface CompletionLog {
  get(key: string): readonly Completion[] | undefined | Promise<readonly Completion[] | undefined>;
  put(key: string, completions: readonly Completion[]): void | Promise<void>;
}

/** A log that lives as long as the process. */
export const memoryLog = (): CompletionLog & { readonly size: () => number } => {
  const entries = new Map<string, readonly Completion[]>();
  return {
    get: key => entries.get(key),
    put: (key, completions) => {
      entries.set(key, completions);
    },
    size: () => entries.size,
  };
};
