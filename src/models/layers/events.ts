import type { Usage } from '../../dialogue/turn.ts';
import type { FaultKind } from '../fault.ts';

/** A completion that came whole but cannot be used as it is. */
export type Malformation = 'bad-arguments' | 'unknown-tool' | 'empty';

/** What the layers around a model tell whoever watches (progress lines, reports). */
export type ModelEvent =
  | { readonly type: 'call'; readonly model: string; readonly usage: Usage; readonly milliseconds: number }
  | { readonly type: 'fault'; readonly model: string; readonly kind: FaultKind }
  | {
      readonly type: 'retry';
      readonly model: string;
      readonly kind: FaultKind;
      readonly waitMs: number;
    }
  | { readonly type: 'resample' | 'unusable'; readonly model: string; readonly kind: Malformation }
  | { readonly type: 'cached' | 'shared' | 'resumed'; readonly model: string }
  | { readonly type: 'warning'; readonly model: string; readonly text: string };

export type Observe = (event: ModelEvent) => void;

/** Counts by name, for example `{ call: 120, 'fault rate-limit': 3, 'resample empty': 1 }`. */
export type Counts = Readonly<Record<string, number>>;

/** Counts events. @example const tally = createTally(); stack(provider, { observe: tally.observe }); tally.counts(); */
export const createTally = (): {
  readonly observe: Observe;
  readonly count: (name: string) => void;
  readonly counts: () => Counts;
} => {
  const counts = new Map<string, number>();
  const count = (name: string): void => {
    counts.set(name, (counts.get(name) ?? 0) + 1);
  };
  return {
    observe: event => count('kind' in event ? `${event.type} ${event.kind}` : event.type),
    count,
    counts: () => Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
};
