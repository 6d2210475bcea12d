/** The driver, which is loaded when a Postgres store is opened: people who use none need not install it. */
import type { Client, Pool } from 'pg';
import { JuxtaError } from '../../base/errors.ts';
import type { LockConnection } from './run-locks.ts';
import type { Connection } from './table.ts';

export interface Database {
  readonly pool: Connection;
  withConnection<T>(work: (connection: Connection) => Promise<T>): Promise<T>;
  lockConnection(): Promise<LockConnection>;
  close(): Promise<void>;
}

/** For one process; with the one that holds locks, a command takes five connections at most. */
const MOST_CONNECTIONS = 4;
const CONNECT_MS = 10_000;
/** A server notices within a minute that a holder of locks is gone without a word. */
const KEEPALIVE =
  'SET tcp_keepalives_idle = 20; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 4';

/** @throws JuxtaError `missing-package`. Nothing is connected yet. */
export const openDatabase = async (url: string): Promise<Database> => {
  const { default: pg } = await import('pg').catch(cause => {
    throw new JuxtaError('missing-package', 'a store on Postgres needs the package pg', {
      hint: 'npm install pg',
      cause,
    });
  });
  const settings = {
    connectionString: url,
    connectionTimeoutMillis: CONNECT_MS,
    application_name: 'juxta',
    keepAlive: true,
    types: {
      // Counts and seeds are whole numbers below 2^53.
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format),
    },
  };
  const pool: Pool = new pg.Pool({ ...settings, max: MOST_CONNECTIONS });
  // An idle connection that breaks is replaced by the next query, which says what is wrong if it cannot be.
  pool.on('error', () => undefined);
  return {
    pool: connectionOf(pool),
    withConnection: async work => {
      const client = await pool.connect();
      try {
        return await work(connectionOf(client));
      } finally {
        client.release();
      }
    },
    lockConnection: async () => {
      const client: Client = new pg.Client(settings);
      const broken = Promise.withResolvers<void>();
      client.on('error', () => broken.resolve());
      client.on('end', () => broken.resolve());
      await client.connect();
      await client.query(KEEPALIVE);
      return {
        ...connectionOf(client),
        onBroken: listener => void broken.promise.then(listener),
        end: () => client.end(),
      };
    },
    close: () => pool.end(),
  };
};

const connectionOf = (client: Pick<Client, 'query'>): Connection => ({
  query: (text, values) => client.query(text, values && [...values]),
});
