import type { DatabaseSync } from 'node:sqlite';

/** Does all of `work` or nothing of it. @throws whatever `work` throws, and SQLite's errors */
export const inTransaction = <T>(database: DatabaseSync, work: () => T): T => {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (thrown) {
    rollBack(database);
    throw thrown;
  }
};

const rollBack = (database: DatabaseSync): void => {
  try {
    database.exec('ROLLBACK');
  } catch {
    // SQLite has done so itself, as it does on a full disk. (Node 22.13 cannot tell whether a transaction is open.)
  }
};
