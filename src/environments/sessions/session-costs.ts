/** What sessions cost, counted for the report. */
export interface SessionCosts {
  /** @param atOnce sessions that are then open */
  open(atOnce: number): void;
  /** A session that had to be brought to where another one went on from. */
  fork(): void;
  replayed(): void;
  restored(): void;
  reset(): void;
  /** By name; those that never happened are left out. */
  counts(): Readonly<Record<string, number>>;
}

export const sessionCosts = (): SessionCosts => {
  const counts = new Map<string, number>();
  const add = (name: string) => (): void => {
    counts.set(name, (counts.get(name) ?? 0) + 1);
  };
  const opened = add('sessions opened');
  return {
    open: atOnce => {
      opened();
      const most = 'sessions at once, at most';
      counts.set(most, Math.max(counts.get(most) ?? 0, atOnce));
    },
    fork: add('forks of sessions'),
    replayed: add('calls replayed'),
    restored: add('snapshots restored'),
    reset: add('sessions reset'),
    counts: () => Object.fromEntries(counts),
  };
};
