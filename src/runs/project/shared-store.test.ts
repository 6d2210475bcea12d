/** Projects whose store is a Postgres server: seen from two machines, which here are two folders. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { juxta, objectOf } from '../../cli/testing.ts';
import { startPostgres, type TestServer } from '../../store/postgres/server.testing.ts';
import { aTree, someNodes } from '../../store/store.conformance.ts';
import { copyProject } from '../copy.ts';
import { serverOf, storeAt } from './place.ts';
import { beginRun, openExistingProject, openProject, projectFolder, resumeRun } from './project.ts';

const folder = mkdtempSync(join(tmpdir(), 'juxta-shared-'));
let server: TestServer;
before(async () => {
  server = await startPostgres();
});
after(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});
const at = (name: string) => join(folder, name);
const write = (file: string, text: string): string => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
};

test('a run that was begun on one machine goes on on another, with its files at home there', async () => {
  const one = await openProject({ folder: at('one'), store: server.url, project: 'moved' });
  const run = await beginRun(one, 'train', { base: join(one.folder, 'base') });
  const made = await run.stage('weights', async () => ({
    model: write(join(run.folder, 'round-1', 'model.safetensors'), 'weights'),
  }));
  write(join(run.folder, 'train.log'), 'of this machine alone');
  const model = { id: 'm', run: run.id, base: 'b', path: made.model, metadata: '{}' };
  await one.store.saveModel(model);
  await run.end('stopped');
  await one.store.close();

  const other = await openExistingProject({ folder: at('other'), store: server.url, project: 'moved' });
  const again = await resumeRun(other, 'train');
  assert.deepEqual(again.configuration, { base: join(other.folder, 'base') });
  const known = await again.stage('weights', async () => assert.fail('it is done'));
  assert.equal((known as typeof made).model, join(other.folder, 'runs/train-1/round-1/model.safetensors'));
  assert.equal(readFileSync((known as typeof made).model, 'utf8'), 'weights');
  assert.equal((await other.store.model('m'))?.path, (known as typeof made).model);
  assert.throws(() => readFileSync(join(again.folder, 'train.log')), { code: 'ENOENT' });
  await again.end('finished');
  await other.store.close();
});

test('a project is copied to a server and back, whole; a second copy adds nothing', async () => {
  const source = await openProject(at('source'));
  const run = await beginRun(source, 'rollout', { seed: 1 });
  const path = write(join(run.folder, 'data.jsonl'), '{}');
  await run.stage('files', async () => ({ data: path }));
  await source.store.saveTree(aTree(run.id, 'a'), someNodes(['', 'L']));
  await source.store.saveCompletion({ run: run.id, key: 'k', request: 'q', completion: '1' });
  await source.store.saveCached('shared', '2');
  const copyTo = async (to: Awaited<ReturnType<typeof openProject>>, from = source) => {
    try {
      return await copyProject(from, to);
    } finally {
      await to.store.close();
    }
  };
  const onServer = async (place: string) => ({
    folder: projectFolder(place),
    store: await storeAt(server.url, 'copied', projectFolder(place), false),
  });
  await assert.rejects(copyTo(await onServer(at('source'))), { code: 'run-locked' });
  await run.end('finished');
  const all = { runs: 1, trees: 1, evaluations: 0, answers: 2 };
  assert.deepEqual(await copyTo(await onServer(at('source'))), all);
  assert.deepEqual(await copyTo(await onServer(at('source'))), { ...all, trees: 0, answers: 1 });

  const from = await onServer(at('back'));
  assert.deepEqual(await copyTo(await openProject(at('back')), from), all);
  await from.store.close();
  const back = await openExistingProject(at('back'));
  const file = join(back.folder, 'runs', run.id, 'data.jsonl');
  assert.match((await back.store.stage(run.id, 'files'))!.result!, new RegExp(JSON.stringify(file)));
  assert.equal(readFileSync(file, 'utf8'), '{}');
  const [mine, theirs] = [source, back].map(({ store }) => store);
  assert.deepEqual(await theirs!.runs(), await mine!.runs());
  assert.deepEqual(await theirs!.nodes(aTree(run.id, 'a')), someNodes(['', 'L']));
  await Promise.all([source, back].map(({ store }) => store.close()));
});

test('a copy does not overwrite another run of the same name', async () => {
  const source = await openProject(at('mine'));
  const theirs = await openProject(at('theirs'));
  await (await beginRun(source, 'rollout', {})).end('finished');
  await new Promise(resolve => setTimeout(resolve, 2));
  await (await beginRun(theirs, 'rollout', {})).end('finished');
  await assert.rejects(copyProject(source, theirs), { code: 'run-exists', message: /rollout-1/ });
  await Promise.all([source, theirs].map(({ store }) => store.close()));
});

test('commands take a server in place of the folder, and never print its password', async () => {
  const where = ['--store', server.url, '--project', 'from-cli', '--json'];
  const cwd = at('elsewhere');
  mkdirSync(cwd);
  const rolled = await juxta(cwd, 'rollout', '--agent', 'script', '--tasks', '2', ...where);
  assert.equal(rolled.code, 0, rolled.stderr);
  const listed = await juxta(cwd, 'runs', ...where);
  assert.deepEqual(
    (objectOf(listed) as unknown as { runs: { id: string; status: string }[] }).runs.map(({ id, status }) => [
      id,
      status,
    ]),
    [['rollout-1', 'finished']],
  );
  const [{ count } = {}] = await server.query('SELECT count(*)::int AS count FROM "from-cli".trees');
  assert.equal(count, 2);
  const kept = await server.query('SELECT configuration FROM "from-cli".runs');
  for (const text of [rolled.stdout, rolled.stderr, listed.stdout, listed.stderr, JSON.stringify(kept)])
    assert.doesNotMatch(text, /secret/);
  const unreachable = await juxta(cwd, 'runs', '--store', 'postgres://ann:secret@127.0.0.1:1/work', '--json');
  assert.equal((objectOf(unreachable).error as { code: string }).code, 'store-unreachable');
  assert.doesNotMatch(unreachable.stdout + unreachable.stderr, /secret/);
});

test('what is no server’s address is refused', () => {
  assert.throws(() => serverOf({ folder: '.', store: 'mysql://x' }), { code: 'bad-store' });
  assert.throws(() => serverOf({ folder: '.', project: 'p' }), { code: 'bad-option' });
  assert.equal(serverOf({ folder: '.' }), undefined);
});
