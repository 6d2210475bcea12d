/** Where a project is kept: files in a folder, rows in a SQLite file of that folder or on a Postgres server. */
import { JuxtaError } from '../../base/errors.ts';
import { makePath } from '../../base/folders.ts';
import { isPostgres, readAddress } from '../../store/postgres/address.ts';
import { openPostgres } from '../../store/postgres/postgres.ts';
import { openStore } from '../../store/sqlite.ts';
import type { Store } from '../../store/store.ts';
import { withPortablePaths } from './portable-paths.ts';

export interface Place {
  readonly folder: string;
  /** The address of a Postgres server (default: `JUXTA_STORE`; without either, the folder's own file). */
  readonly store?: string | undefined;
  /** The project on that server, which has a schema of its own (default `juxta`). */
  readonly project?: string | undefined;
}

/** The server of a place, if it has one. @throws JuxtaError `bad-store`, `bad-option` */
export const serverOf = ({ store = process.env.JUXTA_STORE, project }: Place): string | undefined => {
  if (store && isPostgres(store)) return store;
  if (store)
    throw new JuxtaError('bad-store', 'a store is named by the address of a Postgres server', {
      hint: 'give --store (or JUXTA_STORE) as postgres://user@host:5432/database; for a folder use --folder',
    });
  if (project === undefined) return undefined;
  throw new JuxtaError(
    'bad-option',
    '--project names a project on a Postgres server, and no server is given',
    {
      hint: 'add --store postgres://…, or name a project folder with --folder',
    },
  );
};

/** For hints: the options by which the next command finds the server, without its password. */
export const storeOptionsOf = ({ store, project }: Place): string =>
  [
    ...(store === undefined ? [] : [`--store ${readAddress(store, project).shown}`]),
    ...(project === undefined ? [] : [`--project ${project}`]),
  ].join(' ');

/** @param projectFolder where the project's files lie on this machine, absolute */
export const openStoreOf = async (place: Place, projectFolder: string): Promise<Store> => {
  const server = serverOf(place);
  if (server === undefined) return openStore(place.folder);
  return openShared(server, place.project, projectFolder);
};

/**
 * The store of a folder, or of a server. The variable `JUXTA_STORE` counts for nothing here.
 * @param mustExist fail with `no-store` instead of making a folder's store
 */
export const storeAt = async (
  place: string,
  project: string | undefined,
  projectFolder: string,
  mustExist: boolean,
): Promise<Store> => {
  if (isPostgres(place)) return openShared(place, project, projectFolder);
  if (!mustExist) makePath(place);
  return openStore(place, { mustExist });
};

const openShared = async (server: string, project: string | undefined, folder: string): Promise<Store> =>
  withPortablePaths(await openPostgres(server, { project }), folder);
