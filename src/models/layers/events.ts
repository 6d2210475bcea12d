import type { Usage } from '../../dialogue/turn.ts';
import type { FaultKind } from '../fault.ts';

/** A completion that came whole but cannot be used as it is. */
export type Malformation =
  | 'bad-arguments'
  | 'unknown-tool'
  | 'empty'
  | 'call-in-text'
  | 'cut-off'
  | 'control-token';

/** What the layers around a model tell whoever watches (progress lines, reports). */
export type ModelEvent =
  | { readonly type: 'call'; readonly model: string; readonly usage: Usage; readonly milliseconds: number }
  | {
      readonly type: 'fault';
      readonly model: string;
      readonly kind: FaultKind;
      /** In the server's own words. */
      readonly said: string;
    }
  | {
      readonly type: 'retry';
      readonly model: string;
      readonly kind: FaultKind;
      readonly waitMs: number;
    }
  /** A sample that was looked at; by the share of those that are unusable a user sees what to mend. */
  | { readonly type: 'reply'; readonly model: string; readonly kind: 'with-tools' | 'plain' }
  | { readonly type: 'resample' | 'unusable'; readonly model: string; readonly kind: Malformation }
  /** A tool call written as text, by its dress (`text-calls/dresses.ts`). */
  | { readonly type: 'text-call'; readonly model: string; readonly kind: string }
  | { readonly type: 'cached' | 'shared' | 'resumed'; readonly model: string }
  | { readonly type: 'warning'; readonly model: string; readonly text: string };

export type Observe = (event: ModelEvent) => void;

/**
 * Counts by name, for example `{ call: 120, 'fault rate-limit': 3, 'said 429: Slow down.': 3, 'resample empty': 1 }`:
 * of each fault also what the server said, of each warning its text.
 */
export type Counts = Readonly<Record<string, number>>;

const MOST_TEXTS = 200;

/** Counts events. @example const tally = createTally(); stack(provider, { observe: tally.observe }); tally.counts(); */
export const createTally = (): {
  readonly observe: Observe;
  readonly count: (name: string) => void;
  readonly counts: () => Counts;
} => {
  const counts = new Map<string, number>();
  let texts = 0;
  const count = (name: string): void => {
    counts.set(name, (counts.get(name) ?? 0) + 1);
  };
  const countText = (type: 'said' | 'warning', text: string): void => {
    const name = `${type} ${text}`;
    // A server that never says the same twice must not fill the store.
    if (counts.has(name) || texts++ < MOST_TEXTS) count(name);
  };
  return {
    observe: event => {
      if (event.type === 'warning') return countText('warning', event.text);
      count('kind' in event ? `${event.type} ${event.kind}` : event.type);
      if (event.type === 'fault' && event.kind !== 'aborted') countText('said', event.said);
    },
    count,
    counts: () => Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
};

/** What a server said, or what was warned of, and how often. */
export interface TextCount {
  readonly text: string;
  readonly count: number;
}

/** What servers said, or warned of: the most frequent first. Texts that differ in numbers and ids alone are one. */
export const textsIn = (counts: Counts, type: 'said' | 'warning'): readonly TextCount[] => {
  const byGist = new Map<string, TextCount>();
  for (const [name, count] of Object.entries(counts)) {
    if (!name.startsWith(`${type} `)) continue;
    const text = name.slice(type.length + 1);
    const gist = text.replaceAll(/(?<!^)(?:[\da-f]{8}[\w-]*|\d+)/gi, '#');
    const known = byGist.get(gist);
    byGist.set(gist, { text: known?.text ?? text, count: (known?.count ?? 0) + count });
  }
  return [...byGist.values()].sort((a, b) => b.count - a.count);
};
