import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { after, describe, it } from 'node:test';
import type { JuxtaError } from '../base/errors.ts';
import { openSqlite, openStore } from './sqlite.ts';
import { aRun, aTree, someNodes, storeConformance } from './store.conformance.ts';
import type { Store } from './store.ts';

const base = mkdtempSync(join(tmpdir(), 'juxta-store-'));
after(() => rmSync(base, { recursive: true, force: true }));
const newFolder = (): string => mkdtempSync(join(base, 'p-'));

storeConformance('SQLite in a file', async () => openStore(newFolder()));
storeConformance('SQLite in memory', async () => openSqlite(':memory:'));

const refuses = (open: () => Store, code: string, pattern: RegExp): void => {
  assert.throws(open, (thrown: JuxtaError) => {
    assert.equal(thrown.code, code);
    assert.match(thrown.message, pattern);
    assert.ok(thrown.hint, 'there is a way out');
    return true;
  });
};

describe('opening a SQLite store', () => {
  it('finds again what was saved before it was closed', async () => {
    const folder = newFolder();
    const first = openStore(folder);
    await first.saveRun(aRun('r'));
    await first.close();
    const second = openStore(folder, { mustExist: true });
    assert.deepEqual(await second.run('r'), aRun('r'));
    await second.close();
  });

  it('refuses a folder that does not exist', () => {
    refuses(() => openStore(join(base, 'nowhere')), 'no-such-folder', /nowhere does not exist/);
  });

  it('makes no store where one must exist', () => {
    const folder = newFolder();
    refuses(() => openStore(folder, { mustExist: true }), 'no-store', /does not exist/);
    assert.equal(existsSync(join(folder, '.juxta')), false);
  });

  it('refuses a path that cannot be a folder', () => {
    const folder = newFolder();
    writeFileSync(join(folder, '.juxta'), '');
    refuses(() => openStore(folder), 'store-unreachable', /\.juxta/);
  });

  it('refuses a file that is no database and leaves it as it was', () => {
    const file = join(newFolder(), 'x.sqlite');
    writeFileSync(file, 'dear diary, '.repeat(100));
    refuses(() => openSqlite(file), 'not-a-store', /x\.sqlite/);
    assert.equal(readFileSync(file, 'utf8'), 'dear diary, '.repeat(100));
  });

  it("refuses another program's database and leaves it as it was", () => {
    const file = join(newFolder(), 'x.sqlite');
    const other = new DatabaseSync(file);
    other.exec('CREATE TABLE recipes (name TEXT)');
    other.close();
    const before = readFileSync(file);
    refuses(() => openSqlite(file), 'not-a-store', /not one of Juxta's/);
    assert.deepEqual(readFileSync(file), before);
  });

  it('refuses the store of a newer Juxta and says to update', async () => {
    const file = join(newFolder(), 'x.sqlite');
    await openSqlite(file).close();
    const newer = new DatabaseSync(file);
    newer.exec('PRAGMA user_version = 99');
    newer.close();
    refuses(
      () => openSqlite(file),
      'store-too-new',
      /schema version 99, this Juxta knows versions up to \d+/,
    );
  });
});

describe('a SQLite store that is full', () => {
  it('refuses a tree as a whole, keeps the trees before it, and still reads', async () => {
    const store = openSqlite(join(newFolder(), 'x.sqlite'), { maxBytes: 400_000 });
    await store.saveRun(aRun('r'));
    const noise = Array.from({ length: 4000 }, (_, i) => Math.sin(i)).join();
    const nodes = someNodes(['', 'L', 'R']).map(node => ({ ...node, turns: JSON.stringify(noise) }));
    let saved = 0;
    const fill = async (): Promise<void> => {
      for (; saved < 1000; saved++) await store.saveTree(aTree('r', `task-${1000 + saved}`), nodes);
    };
    await assert.rejects(fill(), (thrown: JuxtaError) => {
      assert.equal(thrown.code, 'store-full');
      return /free some space/.test(thrown.hint ?? '');
    });
    assert.ok(saved > 0);
    let whole = 0;
    for await (const tree of store.trees({ run: 'r' }))
      whole += (await store.nodes(tree)).length / nodes.length;
    assert.equal(whole, saved);
    await store.close();
  });
});

/** Runs a script, with `store` open over `folder`, in another process. It is killed after the test. */
const elsewhere = (folder: string, script: string): ChildProcess => {
  const source = `
    import { openStore } from ${JSON.stringify(new URL('./sqlite.ts', import.meta.url).href)};
    import { aRun, aTree, someNodes } from ${JSON.stringify(new URL('./store.conformance.ts', import.meta.url).href)};
    const store = openStore(${JSON.stringify(folder)});
    ${script}`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  after(() => child.kill('SIGKILL'));
  return child;
};

describe('several processes on one SQLite store', () => {
  it('a process killed while it writes trees leaves whole trees only', async () => {
    const folder = newFolder();
    const paths = ['', 'L', 'R', 'LL', 'LR', 'RL', 'RR'];
    for (let kill = 0; kill < 2; kill++) {
      const child = elsewhere(
        folder,
        `await store.saveRun(aRun('r'));
         for (let i = 0; ; i++) {
           await store.saveTree(aTree('r', 'task-' + i), someNodes(${JSON.stringify(paths)}));
           if (i % 50 === 49) console.log(i + 1);
         }`,
      );
      const lines = createInterface({ input: child.stdout! });
      let reported = 0;
      for await (const line of lines) {
        reported = Number(line);
        if (reported >= 100 + 70 * kill) break;
      }
      child.kill('SIGKILL');
      await once(child, 'exit');
      const store = openStore(folder);
      let trees = 0;
      for await (const tree of store.trees({ run: 'r' })) {
        trees += 1;
        assert.deepEqual(await store.nodes(tree), someNodes(paths));
      }
      assert.ok(trees >= reported, `${trees} trees, ${reported} were reported as saved`);
      await store.close();
    }
  });

  it('a run that another process writes is refused, and taken over once that process is dead', async () => {
    const folder = newFolder();
    const child = elsewhere(
      folder,
      `await store.lockRun('r'); console.log('locked'); setInterval(() => store.runs(), 1000);`,
    );
    await once(child.stdout!, 'data');
    const store = openStore(folder);
    await assert.rejects(store.lockRun('r'), (thrown: JuxtaError) => {
      assert.equal(thrown.code, 'run-locked');
      assert.match(thrown.message, new RegExp(`run r is being written by process ${child.pid}$`));
      return true;
    });
    const other = await store.lockRun('another run');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const lock = await store.lockRun('r');
    await lock.release();
    await other.release();
    await store.close();
  });

  it('processes that open a new store at the same time share it', async () => {
    const folder = newFolder();
    const children = ['a', 'b', 'c'].map(run =>
      elsewhere(folder, `await store.saveRun(aRun('${run}')); await store.close();`),
    );
    const codes = await Promise.all(children.map(async child => (await once(child, 'exit'))[0]));
    assert.deepEqual(codes, [0, 0, 0]);
    const store = openStore(folder);
    assert.deepEqual(
      (await store.runs()).map(run => run.id),
      ['a', 'b', 'c'],
    );
    await store.close();
  });
});

/** Does work as somebody who may read a store's files, but write none of them. */
const asReader = async (folder: string, work: () => Promise<void>): Promise<void> => {
  const inner = join(folder, '.juxta');
  const mode = (to: number): void => {
    for (const name of readdirSync(inner, { recursive: true, encoding: 'utf8' }))
      chmodSync(join(inner, name), statSync(join(inner, name)).isDirectory() ? to : to & 0o666);
    for (const at of [inner, folder]) chmodSync(at, to);
  };
  const isRoot = process.geteuid?.() === 0;
  mode(0o555);
  if (isRoot) process.seteuid!(65_534);
  try {
    await work();
  } finally {
    if (isRoot) process.seteuid!(0);
    mode(0o755);
  }
};

describe('a SQLite store that may be read and not written', () => {
  const reads = async (folder: string, locked: boolean): Promise<void> => {
    const store = openStore(folder);
    assert.deepEqual(
      (await store.runs()).map(({ id }) => id),
      ['r'],
    );
    assert.equal(await store.isLocked('r'), locked);
    await assert.rejects(store.saveRun(aRun('s')), { code: 'store-read-only', hint: /copy/ });
    await store.close();
  };

  it('is read while nobody writes it, while somebody does, and after that one was killed', async () => {
    const folder = newFolder();
    chmodSync(base, 0o755);
    const first = openStore(folder);
    await first.saveRun(aRun('r'));
    await first.close();
    await asReader(folder, () => reads(folder, false));
    const writer = elsewhere(
      folder,
      "await store.lockRun('r'); await store.saveRun(aRun('r')); console.log(); setInterval(() => {}, 1000);",
    );
    await once(writer.stdout!, 'data');
    await asReader(folder, () => reads(folder, true));
    writer.kill('SIGKILL');
    await once(writer, 'exit');
    await asReader(folder, () => reads(folder, false));
  });
});
