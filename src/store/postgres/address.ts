/** Where a project lies on a Postgres server: the server's address, and a schema of the project's own. */
import { JuxtaError } from '../../base/errors.ts';

export interface PostgresAddress {
  /** For the driver: with the password, if it holds one. */
  readonly url: string;
  /** For people: without. */
  readonly shown: string;
  /** Named after the project. */
  readonly schema: string;
  readonly password: string | undefined;
}

export const isPostgres = (store: string): boolean => /^postgres(ql)?:\/\//.test(store);

/** Postgres cuts longer names off. */
const LONGEST_NAME = 63;
const defaultProject = 'juxta';

/**
 * @param project names the schema (default `juxta`)
 * @example readAddress('postgres://ann:secret@db.example.com/work').shown // 'postgres://ann@db.example.com/work'
 * @throws JuxtaError `bad-store` for what is no such address, `bad-project` for a name that cannot be a schema's
 */
export const readAddress = (store: string, project: string = defaultProject): PostgresAddress => {
  const url = URL.canParse(store) && isPostgres(store) ? new URL(store) : undefined;
  if (!url)
    throw new JuxtaError('bad-store', '--store is not the address of a Postgres server', {
      hint: 'give it as postgres://user@host:5432/database; the password may come from PGPASSWORD',
    });
  if (!/^[a-z][a-z0-9_-]*$/.test(project) || project.length > LONGEST_NAME || project.startsWith('pg_'))
    throw new JuxtaError('bad-project', `a project cannot be called ${JSON.stringify(project)}`, {
      hint: `use at most ${LONGEST_NAME} of a-z, 0-9, - and _, beginning with a letter and not with pg_`,
    });
  const shown = new URL(url);
  shown.password = '';
  shown.search = '';
  const password =
    url.password === '' ? (url.searchParams.get('password') ?? undefined) : decode(url.password);
  return { url: store, shown: shown.href, schema: project, password };
};

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};
