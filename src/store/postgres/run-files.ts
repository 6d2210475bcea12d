import { createHash } from 'node:crypto';
import type { RunFiles } from '../store.ts';
import type { Connection } from './table.ts';

/** A value is held in memory by both sides, several times over. */
const PART_BYTES = 8 * 1024 * 1024;

interface Doing {
  readonly pool: Connection;
  transaction<T>(work: (on: Connection) => Promise<T>): Promise<T>;
  attempt<T>(work: () => Promise<T>): Promise<T>;
}

/** The files of a project's runs, in parts. */
export const runFiles = (schema: string, { pool, transaction, attempt }: Doing): RunFiles => {
  const table = `"${schema}".files`;
  return {
    save: (run, path, bytes) =>
      attempt(() =>
        transaction(async on => {
          const sha256 = createHash('sha256').update(bytes).digest('hex');
          await on.query(`DELETE FROM ${table} WHERE run = $1 AND path = $2`, [run, path]);
          const insert = `INSERT INTO ${table} (run, path, part, sha256, bytes) VALUES ($1, $2, $3, $4, $5)`;
          // An empty file has one part, too.
          for (let start = 0, part = 0; part === 0 || start < bytes.length; start += PART_BYTES, part++)
            await on.query(insert, [
              run,
              path,
              part,
              sha256,
              Buffer.from(bytes.subarray(start, start + PART_BYTES)),
            ]);
        }),
      ),
    read: (run, path) =>
      attempt(async () => {
        const select = `SELECT bytes FROM ${table} WHERE run = $1 AND path = $2 ORDER BY part`;
        const { rows } = await pool.query(select, [run, path]);
        return rows.length === 0 ? undefined : Buffer.concat(rows.map(({ bytes }) => bytes as Uint8Array));
      }),
    list: run =>
      attempt(async () => {
        const select = `SELECT path, sha256 FROM ${table} WHERE run = $1 AND part = 0 ORDER BY path`;
        return (await pool.query(select, [run])).rows as unknown as { path: string; sha256: string }[];
      }),
  };
};
