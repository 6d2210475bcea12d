import { JuxtaError, messageOf } from '../base/errors.ts';

/** What SQLite's primary result codes mean to a user, and the way out. */
const meanings: Readonly<Record<number, readonly [code: string, problem: string, hint: string]>> = {
  5: [
    'store-busy',
    'another process is writing it and did not finish',
    'wait for that process, then try again',
  ],
  8: [
    'store-read-only',
    'it cannot be written',
    'check the permissions of the file and of its folder, or work in a copy of the project folder',
  ],
  10: ['store-failed', 'the disk failed to read or write', 'check the disk; what was saved before is kept'],
  11: ['store-damaged', 'the file is damaged', 'restore it from a copy, or move it away to start afresh'],
  13: ['store-full', 'the disk is full', 'free some space and resume: everything saved before is kept'],
  14: ['store-unreachable', 'it cannot be opened', 'check that its folder exists and may be written'],
  26: ['not-a-store', 'the file is no database', 'name another project folder, or move that file away'],
};
const foreignKey = 787;
/** The index of the write-ahead log could not grow: reported as a failure of the disk, but it is a full one. */
const noRoomForIndex = 4874;

/** The same for what the file system says while a folder is made. */
const systemCodes: Readonly<Record<string, number>> = {
  ENOSPC: 13,
  EDQUOT: 13,
  EACCES: 8,
  EPERM: 8,
  EROFS: 8,
};

const resultCode = (thrown: unknown): number | undefined =>
  thrown instanceof Error && 'errcode' in thrown && typeof thrown.errcode === 'number'
    ? thrown.errcode
    : thrown instanceof Error && 'syscall' in thrown && 'code' in thrown
      ? (systemCodes[String(thrown.code)] ?? 14)
      : undefined;

/** The typed error for anything that a database threw; a `JuxtaError` stays what it is. */
export const storeError = (where: string, thrown: unknown): JuxtaError => {
  if (thrown instanceof JuxtaError) return thrown;
  const code = resultCode(thrown);
  if (code === foreignKey) {
    return new JuxtaError('unknown-run', `${where}: the row belongs to a run that was never saved`, {
      hint: 'save the run before its rows',
      cause: thrown,
    });
  }
  const meaning = code === undefined ? undefined : meanings[code === noRoomForIndex ? 13 : code & 0xff];
  if (meaning) {
    const [name, problem, hint] = meaning;
    return new JuxtaError(name, `${where}: ${problem} (${messageOf(thrown)})`, { hint, cause: thrown });
  }
  const rejected = code !== undefined && (code & 0xff) === 19;
  return new JuxtaError(rejected ? 'bad-row' : 'store-failed', `${where}: ${messageOf(thrown)}`, {
    cause: thrown,
  });
};

const primaryCode = (thrown: unknown): number => (resultCode(thrown) ?? 0) & 0xff;

/** Whether somebody else holds a lock on the database. */
export const isBusy = (thrown: unknown): boolean => primaryCode(thrown) === 5;
export const isReadOnly = (thrown: unknown): boolean => primaryCode(thrown) === 8;
export const isUnwritable = (thrown: unknown): boolean => isReadOnly(thrown) || primaryCode(thrown) === 13;
