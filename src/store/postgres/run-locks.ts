import { hostname } from 'node:os';
import { JuxtaError } from '../../base/errors.ts';
import { runLockedError } from '../run-lock.ts';
import type { RunLock } from '../store.ts';
import type { Connection } from './table.ts';

/** A connection of its own: the server drops its locks when it breaks, so that none outlives its holder. */
export interface LockConnection extends Connection {
  /** Calls the listener once the connection has broken. */
  onBroken(listener: () => void): void;
  end(): Promise<void>;
}

export interface RunLocks {
  lock(run: string): Promise<RunLock>;
  isLocked(run: string, on: Connection): Promise<boolean>;
  /** @throws JuxtaError `lock-lost` if a lock that this process relied on is gone */
  check(): void;
  close(): Promise<void>;
}

/** The sole right to write a run is an advisory lock of a session; whose it is stands in the table `locks`. */
export const runLocks = (schema: string, shown: string, connect: () => Promise<LockConnection>): RunLocks => {
  const held = new Map<string, RunLock>();
  let lost: string | undefined;
  let opening: Promise<LockConnection> | undefined;
  const locks = `"${schema}".locks`;
  const nameOf = (run: string): string => `juxta run ${schema}/${run}`;
  const connection = (): Promise<LockConnection> => {
    opening ??= connect().then(
      fresh => {
        fresh.onBroken(() => {
          lost = [...held.keys()][0];
          held.clear();
          opening = undefined;
        });
        return fresh;
      },
      thrown => {
        opening = undefined;
        throw thrown;
      },
    );
    return opening;
  };
  const ownerOf = async (on: Connection, run: string) =>
    (await on.query(`SELECT pid, host FROM ${locks} WHERE run = $1`, [run])).rows[0];

  return {
    lock: async run => {
      const on = await connection();
      if (held.has(run)) throw runLockedError(run, await ownerOf(on, run));
      const lock: RunLock = {
        release: async () => {
          if (held.get(run) !== lock) return;
          held.delete(run);
          await on.query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', [nameOf(run)]);
        },
      };
      // Before anything is awaited: two who ask at once share this session, whose second lock would be granted.
      held.set(run, lock);
      try {
        const taken = await on.query('SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS taken', [
          nameOf(run),
        ]);
        if (taken.rows[0]?.taken !== true) throw runLockedError(run, await ownerOf(on, run));
        await on.query(
          `INSERT INTO ${locks} (run, pid, host) VALUES ($1, $2, $3)
           ON CONFLICT (run) DO UPDATE SET pid = excluded.pid, host = excluded.host`,
          [run, process.pid, hostname()],
        );
        return lock;
      } catch (thrown) {
        if (held.get(run) === lock) held.delete(run);
        throw thrown;
      }
    },
    isLocked: async (run, on) => {
      if (held.has(run)) return true;
      const found = await on.query(
        `SELECT EXISTS (
           SELECT 1 FROM pg_locks, hashtextextended($1, 0) AS name
           WHERE locktype = 'advisory' AND granted AND objsubid = 1
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
             AND classid::bigint = (name >> 32) & 4294967295 AND objid::bigint = name & 4294967295
         ) AS held`,
        [nameOf(run)],
      );
      return found.rows[0]?.held === true;
    },
    check: () => {
      if (lost === undefined) return;
      throw new JuxtaError('lock-lost', `${shown}: the connection that held run ${lost} broke`, {
        hint: 'somebody else may write the run by now; resume it: everything saved is kept',
      });
    },
    close: async () => {
      const open = await opening?.catch(() => undefined);
      held.clear();
      opening = undefined;
      await open?.end();
    },
  };
};
