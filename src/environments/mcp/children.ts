/**
 * The processes that sessions run in, so that none outlives us. A server ends when its standard input is closed, which
 * the system does even after `kill -9`; for those that do not, a note of each lies in a folder, and whoever starts a
 * session next ends what it finds there of processes that are no more.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

const note = z.object({
  owner: z.int(),
  /** When it was started: numbers of processes are given again. */
  ownerSince: z.string(),
  child: z.int().optional(),
  childSince: z.string().optional(),
  folder: z.string(),
});
type Note = z.output<typeof note>;

const place = (): string => join(tmpdir(), `juxta-sessions-${userInfo().uid}`);

/** A folder of a session's own, and what runs in it. */
export interface Child {
  readonly folder: string;
  /** Says which process it is. */
  started(pid: number): void;
  /** The process has ended: its folder goes. */
  ended(): void;
}

export const newChild = (): Child => {
  endWithUs();
  const notes = place();
  mkdirSync(notes, { recursive: true, mode: 0o700 });
  const folder = mkdtempSync(join(tmpdir(), 'juxta-session-'));
  const file = join(notes, `${process.pid}-${folder.slice(-6)}.json`);
  const ours = { owner: process.pid, ownerSince: sinceWhen(process.pid) ?? '', folder };
  const write = (more: Partial<Note>): void => writeFileSync(file, JSON.stringify({ ...ours, ...more }));
  write({});
  return {
    folder,
    started: child => {
      const childSince = sinceWhen(child);
      write({ child, ...(childSince !== undefined && { childSince }) });
    },
    ended: () => {
      remove(folder);
      remove(file);
    },
  };
};

/** Ends what is left of processes that are no more. */
export const endOrphans = (): void => {
  for (const [file, one] of notes()) if (!isAlive(one.owner, one.ownerSince)) end(file, one);
};

/** Ends what is left of this process, its threads included. */
const endOurs = (): void => {
  for (const [file, one] of notes()) if (one.owner === process.pid) end(file, one);
};

let hooked = false;
const endWithUs = (): void => {
  if (hooked) return;
  hooked = true;
  endOrphans();
  process.on('exit', endOurs);
};

const end = (file: string, { child, childSince, folder }: Note): void => {
  // A process whose beginning nobody knows might be another one by now.
  if (child !== undefined && childSince && isAlive(child, childSince))
    try {
      process.kill(child, 'SIGKILL');
    } catch {
      // It ended by itself.
    }
  remove(folder);
  remove(file);
};

const remove = (path: string): void => {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // Its server may still write there: the system clears its folder for temporary files.
  }
};

const notes = (): readonly (readonly [file: string, note: Note])[] => {
  const folder = place();
  let files: readonly string[];
  try {
    files = readdirSync(folder);
  } catch {
    return [];
  }
  return files.flatMap(name => {
    const file = join(folder, name);
    try {
      return [[file, note.parse(JSON.parse(readFileSync(file, 'utf8')))] as const];
    } catch {
      return []; // It is being written, or gone.
    }
  });
};

const isAlive = (pid: number, since: string): boolean => sinceWhen(pid) === since;

/** When a process was started; undefined if there is none, or the system does not tell. */
const sinceWhen = (pid: number): string | undefined => {
  try {
    if (process.platform === 'linux') {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // The name, in brackets, may hold blanks and brackets.
      const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return state === 'Z' ? undefined : fields[18];
    }
    if (process.platform === 'win32') return undefined;
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined;
  }
};
