import type { DatabaseSync } from 'node:sqlite';
import { JuxtaError } from '../base/errors.ts';
import { inTransaction } from './transaction.ts';

/** Marks a SQLite file as ours: `JUXT` in ASCII. */
const applicationId = 0x4a555854;

/**
 * The schema's history: the store is at version `n` when the first `n` steps were run. A step that has been published
 * is never changed; the next change is a new step.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE runs (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, configuration TEXT NOT NULL, status TEXT NOT NULL,
    started TEXT NOT NULL, finished TEXT, parent TEXT
  ) STRICT;
  CREATE TABLE locks (
    run TEXT PRIMARY KEY, pid INTEGER NOT NULL, host TEXT NOT NULL
  ) STRICT;
  CREATE TABLE stages (
    run TEXT NOT NULL REFERENCES runs ON DELETE CASCADE, key TEXT NOT NULL, status TEXT NOT NULL, result TEXT,
    PRIMARY KEY (run, key)
  ) STRICT;
  CREATE TABLE trees (
    id INTEGER PRIMARY KEY, run TEXT NOT NULL REFERENCES runs ON DELETE CASCADE, stage TEXT NOT NULL,
    task TEXT NOT NULL, seed INTEGER NOT NULL, reward REAL NOT NULL, fault TEXT, summary TEXT NOT NULL,
    turns BLOB NOT NULL,
    UNIQUE (run, stage, task, seed)
  ) STRICT;
  CREATE TABLE nodes (
    tree INTEGER NOT NULL REFERENCES trees ON DELETE CASCADE, ordinal INTEGER NOT NULL, path TEXT NOT NULL,
    parent TEXT, segment INTEGER NOT NULL, successful INTEGER NOT NULL, golden INTEGER NOT NULL, cause TEXT,
    rewards TEXT NOT NULL,
    PRIMARY KEY (tree, ordinal)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE examples (
    run TEXT NOT NULL REFERENCES runs ON DELETE CASCADE, stage TEXT NOT NULL, kind TEXT NOT NULL,
    ordinal INTEGER NOT NULL, task TEXT NOT NULL, example TEXT NOT NULL,
    PRIMARY KEY (run, stage, kind, ordinal)
  ) STRICT;
  CREATE TABLE models (
    ordinal INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, run TEXT NOT NULL REFERENCES runs ON DELETE CASCADE,
    base TEXT NOT NULL, path TEXT NOT NULL, metadata TEXT NOT NULL
  ) STRICT;
  CREATE INDEX models_of_run ON models (run);
  CREATE TABLE evaluations (
    run TEXT NOT NULL REFERENCES runs ON DELETE CASCADE, stage TEXT NOT NULL, setting TEXT NOT NULL,
    task TEXT NOT NULL, seed INTEGER NOT NULL, taskType TEXT NOT NULL, reward REAL NOT NULL,
    success INTEGER NOT NULL, turns INTEGER NOT NULL, calls INTEGER NOT NULL, fault TEXT, failures TEXT NOT NULL,
    transcript TEXT NOT NULL,
    PRIMARY KEY (run, stage, setting, task, seed)
  ) STRICT;
  CREATE TABLE completions (
    run TEXT NOT NULL REFERENCES runs ON DELETE CASCADE, key TEXT NOT NULL, request TEXT NOT NULL,
    completion TEXT NOT NULL,
    PRIMARY KEY (run, key, request)
  ) STRICT;
  CREATE TABLE cache (
    key TEXT PRIMARY KEY, value TEXT NOT NULL
  ) STRICT;
  `,
  'ALTER TABLE stages ADD COLUMN cost TEXT',
  `
  CREATE TABLE spending (
    run TEXT PRIMARY KEY REFERENCES runs ON DELETE CASCADE, usd REAL NOT NULL, tokens INTEGER NOT NULL,
    calls INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE events (
    run TEXT NOT NULL REFERENCES runs ON DELETE CASCADE, name TEXT NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY (run, name)
  ) STRICT;
  INSERT INTO spending (run, usd, tokens, calls)
    SELECT run, coalesce(json_extract(result, '$.usd'), 0), coalesce(json_extract(result, '$.tokens'), 0),
      coalesce(json_extract(result, '$.calls'), 0)
    FROM stages WHERE key = 'spending' AND json_valid(result);
  INSERT INTO events (run, name, count)
    SELECT stages.run, each.key, each.value FROM stages, json_each(stages.result) AS each
    WHERE stages.key = 'events' AND json_valid(stages.result);
  DELETE FROM stages WHERE key IN ('spending', 'events');
  `,
];

const numberOf = (database: DatabaseSync, sql: string): number =>
  Number(Object.values(database.prepare(sql).get() ?? { value: 0 })[0]);

/**
 * Brings a database to the newest schema, all steps in one transaction; two processes may do it at once.
 * @throws JuxtaError `store-too-new` if a newer Juxta wrote it, `not-a-store` if it is some other program's database
 */
export const migrate = (
  database: DatabaseSync,
  where: string,
  steps: readonly string[] = migrations,
): void => {
  const application = (): number => numberOf(database, 'PRAGMA application_id');
  const version = (): number => numberOf(database, 'PRAGMA user_version');
  if (application() === applicationId && version() === steps.length) return;
  inTransaction(database, () => {
    const empty = application() === 0 && numberOf(database, 'SELECT count(*) FROM sqlite_schema') === 0;
    if (application() !== applicationId && !empty) {
      throw new JuxtaError('not-a-store', `${where} is a database, but not one of Juxta's`, {
        hint: 'name another project folder, or move that file away',
      });
    }
    if (version() > steps.length) {
      throw new JuxtaError(
        'store-too-new',
        `${where} has schema version ${version()}, this Juxta knows versions up to ${steps.length}`,
        { hint: 'update Juxta, or use another project folder' },
      );
    }
    for (const step of steps.slice(version())) database.exec(step);
    database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${steps.length}`);
  });
};

/**
 * That a database which is only read is one of ours, and of the version that this Juxta knows.
 * @throws JuxtaError `not-a-store`, `store-too-new`, `store-too-old`
 */
export const requireVersion = (database: DatabaseSync, where: string): void => {
  if (numberOf(database, 'PRAGMA application_id') !== applicationId)
    throw new JuxtaError('not-a-store', `${where} is a database, but not one of Juxta's`, {
      hint: 'name another project folder',
    });
  const version = numberOf(database, 'PRAGMA user_version');
  const known = migrations.length;
  if (version === known) return;
  throw version > known
    ? new JuxtaError('store-too-new', `${where} has schema version ${version}, this Juxta knows ${known}`, {
        hint: 'update Juxta',
      })
    : new JuxtaError('store-too-old', `${where} has schema version ${version}, this Juxta reads ${known}`, {
        hint: 'bring it up to date by: juxta runs',
      });
};
