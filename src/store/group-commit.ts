/** Rows that wait to be written together. */
export interface GroupCommit<Row> {
  /** Resolves when the row is committed. */
  add(row: Row): Promise<void>;
  /** Commits what waits, now. */
  flush(): void;
}

interface Waiting<Row> {
  readonly row: Row;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Commits all rows that come in one turn of the event loop together: a commit that must reach the disk costs as much
 * for a hundred rows as for one. If a group fails, its rows are tried alone, so that one bad row spoils only itself.
 */
export const groupCommit = <Row>(commit: (rows: readonly Row[]) => void): GroupCommit<Row> => {
  let waiting: Waiting<Row>[] = [];
  const settle = (group: readonly Waiting<Row>[]): void => {
    try {
      commit(group.map(({ row }) => row));
    } catch (reason) {
      if (group.length > 1) for (const one of group) settle([one]);
      else group[0]?.reject(reason);
      return;
    }
    for (const { resolve } of group) resolve();
  };
  const flush = (): void => {
    const group = waiting;
    waiting = [];
    if (group.length > 0) settle(group);
  };
  return {
    add: row =>
      new Promise((resolve, reject) => {
        waiting.push({ row, resolve, reject });
        if (waiting.length === 1) setImmediate(flush);
      }),
    flush,
  };
};
