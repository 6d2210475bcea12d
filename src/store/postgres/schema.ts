import { JuxtaError } from '../../base/errors.ts';
import type { PostgresAddress } from './address.ts';
import type { Connection } from './table.ts';

/**
 * The schema's history, as of SQLite's: the store is at version `n` when the first `n` steps were run, and a step that
 * has been published is never changed. Texts are ordered by their bytes, so that a scan yields what SQLite's would.
 */
export const migrations: readonly string[] = [
  `
  CREATE DOMAIN key_text AS text COLLATE "C";
  CREATE TABLE runs (
    id key_text PRIMARY KEY, kind text NOT NULL, name text NOT NULL, configuration text NOT NULL, status text NOT NULL,
    started key_text NOT NULL, finished text, parent text
  );
  CREATE TABLE locks (run key_text PRIMARY KEY, pid integer NOT NULL, host text NOT NULL);
  CREATE TABLE stages (
    run key_text NOT NULL REFERENCES runs ON DELETE CASCADE, key key_text NOT NULL, status text NOT NULL, result text,
    cost text, ordinal bigint GENERATED ALWAYS AS IDENTITY,
    PRIMARY KEY (run, key)
  );
  CREATE TABLE spending (
    run key_text PRIMARY KEY REFERENCES runs ON DELETE CASCADE, usd double precision NOT NULL, tokens bigint NOT NULL,
    calls bigint NOT NULL
  );
  CREATE TABLE events (
    run key_text NOT NULL REFERENCES runs ON DELETE CASCADE, name key_text NOT NULL, count bigint NOT NULL,
    PRIMARY KEY (run, name)
  );
  CREATE TABLE trees (
    id bigint GENERATED ALWAYS AS IDENTITY UNIQUE, run key_text NOT NULL REFERENCES runs ON DELETE CASCADE,
    stage key_text NOT NULL, task key_text NOT NULL, seed bigint NOT NULL, reward double precision NOT NULL, fault text,
    summary text NOT NULL, turns bytea NOT NULL,
    PRIMARY KEY (run, stage, task, seed)
  );
  CREATE TABLE nodes (
    tree bigint NOT NULL REFERENCES trees (id) ON DELETE CASCADE, ordinal integer NOT NULL, path text NOT NULL,
    parent text, segment integer NOT NULL, successful boolean NOT NULL, golden boolean NOT NULL, cause text,
    rewards text NOT NULL,
    PRIMARY KEY (tree, ordinal)
  );
  CREATE TABLE examples (
    run key_text NOT NULL REFERENCES runs ON DELETE CASCADE, stage key_text NOT NULL, kind key_text NOT NULL,
    ordinal integer NOT NULL, task text NOT NULL, example text NOT NULL,
    PRIMARY KEY (run, stage, kind, ordinal)
  );
  CREATE TABLE models (
    ordinal bigint GENERATED ALWAYS AS IDENTITY, id key_text PRIMARY KEY,
    run key_text NOT NULL REFERENCES runs ON DELETE CASCADE, base text NOT NULL, path text NOT NULL,
    metadata text NOT NULL
  );
  CREATE INDEX models_of_run ON models (run);
  CREATE TABLE evaluations (
    run key_text NOT NULL REFERENCES runs ON DELETE CASCADE, stage key_text NOT NULL, setting key_text NOT NULL,
    task key_text NOT NULL, seed bigint NOT NULL, "taskType" text NOT NULL, reward double precision NOT NULL,
    success boolean NOT NULL, turns integer NOT NULL, calls integer NOT NULL, fault text, failures text NOT NULL,
    transcript text NOT NULL,
    PRIMARY KEY (run, stage, setting, task, seed)
  );
  CREATE TABLE completions (
    run key_text NOT NULL REFERENCES runs ON DELETE CASCADE, key key_text NOT NULL, request key_text NOT NULL,
    completion text NOT NULL,
    PRIMARY KEY (run, key, request)
  );
  CREATE TABLE files (
    run key_text NOT NULL REFERENCES runs ON DELETE CASCADE, path key_text NOT NULL, part integer NOT NULL,
    sha256 text NOT NULL, bytes bytea NOT NULL,
    PRIMARY KEY (run, path, part)
  );
  CREATE TABLE cache (key key_text PRIMARY KEY, value text NOT NULL);
  `,
];

/**
 * Brings a project's schema to the newest version, all steps in one transaction; many processes may do it at once. A
 * schema that is up to date is only read.
 * @throws JuxtaError `store-too-new`, `not-a-store`; the driver's errors
 */
export const migrate = async (
  connection: Connection,
  { schema, shown }: Pick<PostgresAddress, 'schema' | 'shown'>,
  steps: readonly string[] = migrations,
): Promise<void> => {
  const name = `"${schema}"`;
  const ask = async (sql: string): Promise<unknown> =>
    (await connection.query(sql, [schema])).rows[0]?.value ?? undefined;
  const version = async (): Promise<number> => {
    // Asked of the catalogue as a table: what names stand for, a session remembers past the lock.
    const known = await ask(
      "SELECT tablename AS value FROM pg_tables WHERE schemaname = $1 AND tablename = 'juxta_version'",
    );
    if (known === undefined) return 0;
    return Number(
      (await connection.query(`SELECT version AS value FROM ${name}.juxta_version`, [])).rows[0]?.value,
    );
  };
  const found = await version();
  if (found === steps.length) return;
  if (found > steps.length)
    throw new JuxtaError(
      'store-too-new',
      `${shown}, project ${schema}, has schema version ${found}, this Juxta knows versions up to ${steps.length}`,
      { hint: 'update Juxta, or use another project: --project NAME' },
    );
  await connection.query('BEGIN', []);
  try {
    await connection.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `juxta schema ${schema}`,
    ]);
    const begun = await version();
    const tables = await ask('SELECT count(*) AS value FROM pg_tables WHERE schemaname = $1');
    if (begun === 0 && Number(tables) > 0)
      throw new JuxtaError('not-a-store', `${shown} has a schema ${schema} that is not one of Juxta's`, {
        hint: 'name the project otherwise: --project NAME',
      });
    // A user who may not make schemas can be given one.
    const exists = await ask('SELECT 1 AS value FROM pg_namespace WHERE nspname = $1');
    if (exists === undefined) await connection.query(`CREATE SCHEMA ${name}`, []);
    await connection.query(`SET LOCAL search_path TO ${name}`, []);
    for (const step of steps.slice(begun)) await connection.query(step);
    await connection.query(
      'CREATE TABLE IF NOT EXISTS juxta_version (one boolean PRIMARY KEY DEFAULT true CHECK (one), version integer NOT NULL)',
    );
    const upsert =
      'INSERT INTO juxta_version (version) VALUES ($1) ON CONFLICT (one) DO UPDATE SET version = $1';
    await connection.query(upsert, [steps.length]);
    await connection.query('COMMIT', []);
  } catch (thrown) {
    await connection.query('ROLLBACK', []).catch(() => undefined);
    throw thrown;
  }
};
