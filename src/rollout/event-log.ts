/** What happened on the way to a run's answers (faults, retries, samples drawn anew), counted over all its processes. */
import { type Counts, createTally, type Observe } from '../models/layers/events.ts';
import type { Store } from '../store/store.ts';
import type { Role } from './cast.ts';

/** A killed process takes the counts of its last moments with it. */
const SAVE_EVERY_MS = 2000;

export interface EventLog {
  readonly observe: Observe;
  /** A line of the simulated user that could not be used. */
  userFault(kind: string): void;
  /** A request, and whose it is. */
  asked(role: Role): void;
  /** By name, for example `{ 'asked agent': 80, call: 120, 'fault rate-limit': 3, 'resample empty': 1, 'user-fault empty': 2 }`. */
  counts(): Counts;
  close(): Promise<void>;
}

export const openEventLog = async (
  store: Pick<Store, 'events' | 'saveEvents'>,
  run: string,
): Promise<EventLog> => {
  const stored = await store.events(run);
  const earlier: Counts = Object.fromEntries(stored.map(({ name, count }) => [name, count]));
  const tally = createTally();
  const counts = (): Counts => sum(earlier, tally.counts());
  let saved = earlier;
  let saving: Promise<void> = Promise.resolve();
  const save = (): Promise<void> => {
    const now = counts();
    const changed = Object.entries(now).filter(([name, count]) => saved[name] !== count);
    if (changed.length > 0) saving = store.saveEvents(changed.map(([name, count]) => ({ run, name, count })));
    saved = now;
    return saving;
  };
  // If the disk refuses this it will refuse the trees too, and that is reported.
  const timer = setInterval(() => void save().catch(() => undefined), SAVE_EVERY_MS);
  timer.unref();
  return {
    observe: tally.observe,
    userFault: kind => tally.count(`user-fault ${kind}`),
    asked: role => tally.count(`asked ${role}`),
    counts,
    close: () => {
      clearInterval(timer);
      return save();
    },
  };
};

const sum = (a: Counts, b: Counts): Counts => {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
  return Object.fromEntries(names.map(name => [name, (a[name] ?? 0) + (b[name] ?? 0)]));
};
