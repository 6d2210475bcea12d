import { JuxtaError, messageOf } from '../../base/errors.ts';
import type { PostgresAddress } from './address.ts';

type Meaning = readonly [code: string, problem: string, hint?: string];

const unreachable = (problem: string): Meaning => [
  'store-unreachable',
  problem,
  'check that the server is running and that host and port are right; then resume: everything saved is kept',
];
const refused: Meaning = [
  'store-refused',
  'the server refuses this user',
  'check user and password (PGPASSWORD), and what pg_hba.conf allows',
];
const rejected: Meaning = ['bad-row', 'a value cannot be stored'];

/** By SQLSTATE, or by the first two characters of it, which name its class. */
const meanings: Readonly<Record<string, Meaning>> = {
  '08': unreachable('the connection broke'),
  '22': rejected,
  '23': rejected,
  '23503': ['unknown-run', 'the row belongs to a run that was never saved', 'save the run before its rows'],
  '25006': ['store-read-only', 'the server only reads', 'name the primary server, not a replica of it'],
  '28': refused,
  '3D000': ['no-store', 'there is no such database', 'make it by: createdb NAME'],
  '42501': ['store-refused', 'this user may not do that', 'grant it: GRANT CREATE ON DATABASE … TO …'],
  '53100': [
    'store-full',
    'the disk of the server is full',
    'free some space and resume: everything saved is kept',
  ],
  '53300': [
    'store-busy',
    'the server has no connection left',
    'end other programs, or raise max_connections; a command takes up to five',
  ],
  '55P03': ['store-busy', 'another process is writing it and did not finish', 'wait for it, then try again'],
  '57': unreachable('the server is shutting down or starting'),
  XX001: ['store-damaged', 'the database is damaged', 'restore it from a copy'],
  XX002: ['store-damaged', 'an index of the database is damaged', 'rebuild it by: REINDEX DATABASE'],
};

const needsTls: Meaning = [
  'store-refused',
  'the server wants an encrypted connection',
  'add ?sslmode=verify-full to the address (or sslmode=no-verify for a certificate that nobody vouches for)',
];
const hasNoTls: Meaning = [
  'store-refused',
  'the server offers no encrypted connection',
  'leave sslmode out of the address',
];

const meaningOf = (thrown: unknown): Meaning | undefined => {
  const text = messageOf(thrown);
  if (/does not support SSL/.test(text)) return hasNoTls;
  const code = codeOf(thrown);
  if (code === '28000' && /no encryption/.test(text)) return needsTls;
  if (/^E[A-Z]+$/.test(code) || /timeout|Connection terminated|Client was closed/.test(text))
    return unreachable('it cannot be reached');
  return meanings[code] ?? meanings[code.slice(0, 2)];
};

const codeOf = (thrown: unknown): string => {
  // A host of several addresses fails by an error for each.
  const one = thrown instanceof AggregateError ? thrown.errors[0] : thrown;
  return typeof one === 'object' && one !== null && 'code' in one ? String(one.code) : '';
};

/** The typed error for anything that the driver threw, without the password. A `JuxtaError` stays what it is. */
export const postgresError = (
  { shown, password }: Pick<PostgresAddress, 'shown' | 'password'>,
  thrown: unknown,
): JuxtaError => {
  if (thrown instanceof JuxtaError) return thrown;
  const said = messageOf(thrown instanceof AggregateError ? thrown.errors[0] : thrown);
  const text = password ? said.replaceAll(password, '…') : said;
  const [code, problem, hint] = meaningOf(thrown) ?? ['store-failed', 'the server failed'];
  return new JuxtaError(code, `${shown}: ${problem} (${text})`, hint === undefined ? {} : { hint });
};
