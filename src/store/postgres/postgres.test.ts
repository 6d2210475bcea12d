import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { aRun, aTree, someNodes, storeConformance } from '../store.conformance.ts';
import { openPostgres } from './postgres.ts';
import { startPostgres, type TestServer } from './server.testing.ts';

let server: TestServer;
let projects = 0;
const newProject = () => `p${projects++}`;

before(async () => {
  server = await startPostgres();
});
after(() => server?.stop());

storeConformance('Postgres', () => openPostgres(server.url, { project: newProject() }));

describe('several processes on one Postgres store', () => {
  test('a new project opened by many at once is made once', async () => {
    const project = newProject();
    const stores = await Promise.all(Array.from({ length: 6 }, () => openPostgres(server.url, { project })));
    await stores[0]!.saveRun(aRun('r'));
    for (const store of stores) assert.equal((await store.runs()).length, 1);
    await Promise.all(stores.map(store => store.close()));
  });

  test('of trees that several deliver at once one stands, whole', async () => {
    const project = newProject();
    const stores = await Promise.all(Array.from({ length: 4 }, () => openPostgres(server.url, { project })));
    await stores[0]!.saveRun(aRun('r'));
    for (let i = 0; i < 10; i++) {
      const tree = aTree('r', `task ${i}`);
      const paths = ['', 'L', 'R'];
      const first = await Promise.all(
        stores.map((store, n) => store.saveTree({ ...tree, reward: n }, someNodes(paths))),
      );
      assert.equal(first.filter(Boolean).length, 1);
      assert.equal((await stores[3]!.nodes(tree)).length, 3);
    }
    await Promise.all(stores.map(store => store.close()));
  });

  test('a run that one holds cannot be locked by another, and is free when its holder is gone', async () => {
    const project = newProject();
    const [one, other] = [
      await openPostgres(server.url, { project }),
      await openPostgres(server.url, { project }),
    ];
    const elsewhere = await openPostgres(server.url, { project: newProject() });
    await one.lockRun('r');
    assert.equal(await other.isLocked('r'), true);
    assert.equal(await elsewhere.isLocked('r'), false, 'another project has a run of that name');
    await assert.rejects(other.lockRun('r'), {
      code: 'run-locked',
      message: new RegExp(`written by process ${process.pid}`),
    });
    await one.close();
    const lock = await other.lockRun('r');
    await lock.release();
    await Promise.all([other, elsewhere].map(store => store.close()));
  });

  test('whoever loses the connection that held its run writes nothing more', async () => {
    const store = await openPostgres(server.url, { project: newProject() });
    await store.saveRun(aRun('r'));
    await store.lockRun('r');
    await server.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'juxta' AND query LIKE '%locks%'",
    );
    await assert.rejects(
      async () => {
        for (;;) await store.saveTree(aTree('r', String(Math.random())), []);
      },
      { code: 'lock-lost', hint: /resume/ },
    );
    await store.close();
  });
});

test('files of a run are kept whole, replaced, and go with it', async () => {
  const store = await openPostgres(server.url, { project: newProject() });
  await store.saveRun(aRun('r'));
  const files = store.files!;
  const weights = Buffer.alloc(17 * 1024 * 1024, 'w');
  await files.save('r', 'round-1/model.safetensors', weights);
  await files.save('r', 'empty', new Uint8Array());
  await files.save('r', 'empty', Buffer.from('no longer'));
  assert.ok(weights.equals((await files.read('r', 'round-1/model.safetensors'))!));
  assert.equal(String(await files.read('r', 'empty')), 'no longer');
  assert.equal(await files.read('r', 'nowhere'), undefined);
  assert.deepEqual(
    (await files.list('r')).map(({ path }) => path),
    ['empty', 'round-1/model.safetensors'],
  );
  await store.deleteRun('r');
  assert.deepEqual(await files.list('r'), []);
  await store.close();
});

describe('opening a Postgres store', () => {
  const refused = async (change: (url: URL) => void, code: string, message: RegExp): Promise<void> => {
    const url = new URL(server.url);
    change(url);
    await assert.rejects(openPostgres(url.href), (thrown: Error & { code?: string; hint?: string }) => {
      assert.equal(thrown.code, code, thrown.message);
      assert.match(thrown.message, message);
      assert.doesNotMatch(
        `${thrown.message} ${thrown.hint} ${thrown.stack}`,
        /secret|wr0ng/,
        'the password is not shown',
      );
      return true;
    });
  };

  test('no server, no database, a wrong password: each has an error of its own, without the password', async () => {
    await refused(url => (url.port = '1'), 'store-unreachable', /ECONNREFUSED/);
    await refused(url => (url.pathname = '/nowhere'), 'no-store', /"nowhere" does not exist/);
    await refused(url => (url.password = 'wr0ng'), 'store-refused', /password authentication failed/);
    await refused(
      url => url.searchParams.set('sslmode', 'verify-full'),
      'store-refused',
      /offers no encrypted connection/,
    );
    await assert.rejects(openPostgres('postgres//x'), { code: 'bad-store' });
    await assert.rejects(openPostgres(server.url, { project: 'a b' }), { code: 'bad-project' });
  });

  test('a server that requires encrypted connections says so', async () => {
    const rules = join(server.folder, 'pg_hba.conf');
    const before = readFileSync(rules, 'utf8');
    await server.query("CREATE ROLE careful LOGIN PASSWORD 'secret'");
    writeFileSync(rules, `hostnossl all careful all reject\n${before}`);
    await server.query('SELECT pg_reload_conf()');
    await refused(url => (url.username = 'careful'), 'store-refused', /wants an encrypted connection/);
    writeFileSync(rules, before);
    await server.query('SELECT pg_reload_conf()');
  });

  test('a newer schema is refused, and a schema of somebody else is left alone', async () => {
    const project = newProject();
    await (await openPostgres(server.url, { project })).close();
    await server.query(`UPDATE ${project}.juxta_version SET version = 99`);
    await assert.rejects(openPostgres(server.url, { project }), {
      code: 'store-too-new',
      message: /version 99/,
    });
    await server.query('CREATE SCHEMA theirs; CREATE TABLE theirs.runs (id int)');
    await assert.rejects(openPostgres(server.url, { project: 'theirs' }), { code: 'not-a-store' });
  });

  test('a server that only reads is read, and what would write says so', async () => {
    const project = newProject();
    const store = await openPostgres(server.url, { project });
    await store.saveRun(aRun('r'));
    await store.close();
    await server.query("CREATE ROLE reader LOGIN SUPERUSER PASSWORD 'secret'");
    await server.query('ALTER ROLE reader SET default_transaction_read_only = on');
    const url = new URL(server.url);
    url.username = 'reader';
    const replica = await openPostgres(url.href, { project });
    assert.equal((await replica.runs()).length, 1);
    await assert.rejects(replica.saveRun(aRun('s')), { code: 'store-read-only', hint: /primary/ });
    await replica.close();
    await assert.rejects(openPostgres(url.href, { project: newProject() }), { code: 'store-read-only' });
  });

  test('a server without a free connection says so', async () => {
    await server.query("CREATE ROLE narrow LOGIN CONNECTION LIMIT 0 PASSWORD 'secret'");
    await refused(url => (url.username = 'narrow'), 'store-busy', /too many connections/);
  });
});
