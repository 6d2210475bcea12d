/** For tests of the command line: real processes in temporary folders, and what they leave in their stores. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const program = fileURLToPath(new URL('../../bin/juxta.js', import.meta.url));

/** The data that come with no clone; absolute, because the tests' processes run in folders of their own. */
export const shared = resolve(process.env.JUXTA_SHARED ?? '../shared');
export const withoutShared = existsSync(join(shared, 'data')) ? false : `there is no data in ${shared}`;

export interface Ended {
  /** null if a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** Starts `juxta` in a folder. */
export const start = (cwd: string, ...args: readonly string[]): Running =>
  startProgram(cwd, process.execPath, program, ...args);

export const startProgram = (cwd: string, command: string, ...args: readonly string[]): Running => {
  const env = { ...process.env, JUXTA_SHARED: shared };
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
    });
  const ended = new Promise<Ended>((done, failed) => {
    child.on('error', failed);
    child.on('close', code => done({ code, ...texts }));
  });
  return { child, ended };
};

/** Runs `juxta` in a folder to its end. */
export const juxta = (cwd: string, ...args: readonly string[]): Promise<Ended> => start(cwd, ...args).ended;

/** How the shell calls it, for scripts: `$JUXTA runs`. */
export const shellCall = `${process.execPath} ${program}`;

/** What `--json` prints: standard output holds one object and nothing else. */
export const objectOf = ({ stdout }: Ended): Record<string, unknown> =>
  JSON.parse(stdout) as Record<string, unknown>;

/** What a command says to people: with `--json` on standard error. */
export const wordsOf = ({ stdout, stderr }: Ended): string => (stdout.startsWith('{') ? stderr : stdout);

/** Waits until something holds; false if the process ends first. */
export const until = async ({ ended }: Running, holds: () => boolean): Promise<boolean> => {
  let running = true;
  void ended.finally(() => {
    running = false;
  });
  while (running) {
    if (holds()) return true;
    await wait(10);
  }
  return false;
};

/** A folder that is removed when the tests are over: give `node:test`'s own `after`, or a test's context. */
export const temporaryFolder = (t: { after(done: () => void): void }): string => {
  const folder = mkdtempSync(join(tmpdir(), 'juxta-cli-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

export type Row = Readonly<Record<string, unknown>>;

/** Rows of a project's store; none while it is not there yet. Bytes come as hexadecimal text. */
export const rowsIn = (folder: string, sql: string, ...values: readonly string[]): Row[] => {
  const file = join(folder, '.juxta', 'juxta.sqlite');
  if (!existsSync(file)) return [];
  const database = new DatabaseSync(file, { readOnly: true, timeout: 2000 });
  try {
    return database
      .prepare(sql)
      .all(...values)
      .map(row =>
        Object.fromEntries(
          Object.entries(row).map(([name, value]) => [
            name,
            value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value,
          ]),
        ),
      );
  } catch (thrown) {
    if (/no such table/.test(String(thrown))) return [];
    throw thrown;
  } finally {
    database.close();
  }
};

/** All trees with their nodes, and all conversations of evaluations, in an order of their own. */
export const contentOf = (folder: string): { readonly trees: Row[]; readonly evaluations: Row[] } => ({
  trees: rowsIn(
    folder,
    `SELECT t.run, t.stage, t.task, t.seed, t.reward, t.fault, t.summary, t.turns, n.ordinal, n.path, n.parent, n.segment,
       n.successful, n.golden, n.cause, n.rewards
     FROM trees t JOIN nodes n ON n.tree = t.id ORDER BY 1, 2, 3, 4, n.ordinal`,
  ),
  evaluations: rowsIn(folder, 'SELECT * FROM evaluations ORDER BY run, stage, setting, task, seed'),
});

/** How many rows a stage has: trees of a rollout, conversations of an evaluation. */
export const countIn = (folder: string, table: 'trees' | 'evaluations', stage: string): number =>
  Number(rowsIn(folder, `SELECT count(*) AS count FROM ${table} WHERE stage = ?`, stage)[0]?.count ?? 0);
