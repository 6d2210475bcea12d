/** What the file system refuses is no fault of ours: it is reported like any other known error, without a stack. */
import { JuxtaError, messageOf } from '../../base/errors.ts';

type Refusal = readonly [code: string, problem: string, hint: string];

const full: Refusal = ['disk-full', 'the disk is full', 'free some space'];
const forbidden: Refusal = [
  'cannot-write',
  'a file may not be written or read',
  'check the permissions of that place, or name another',
];

const refusals: Readonly<Record<string, Refusal>> = {
  ENOSPC: full,
  EDQUOT: full,
  EACCES: forbidden,
  EPERM: forbidden,
  EROFS: forbidden,
  ENOTDIR: forbidden,
  EISDIR: forbidden,
  EMFILE: ['too-many-files', 'too many files are open', 'allow more (ulimit -n), or use fewer --threads'],
};

/** The typed error for what the file system threw; anything else stays what it is. */
export const fileError = (thrown: unknown): unknown => {
  if (!(thrown instanceof Error) || thrown instanceof JuxtaError || !('syscall' in thrown)) return thrown;
  const refusal = refusals[(thrown as NodeJS.ErrnoException).code ?? ''];
  if (!refusal) return thrown;
  const [code, problem, hint] = refusal;
  return new JuxtaError(code, `${problem} (${messageOf(thrown)})`, { hint, cause: thrown });
};
