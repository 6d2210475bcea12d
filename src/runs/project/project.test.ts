import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { beginRun, openExistingProject, openProject, resumeRun, runsOf } from './project.ts';

const folder = mkdtempSync(join(tmpdir(), 'juxta-project-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let made = 0;
const newProject = () => openProject(join(folder, `p${made++}`));

test('a project knows its folder absolutely, and one that is only looked at is not made', async () => {
  const project = await newProject();
  assert.ok(isAbsolute(project.folder) && existsSync(project.folder));
  await project.store.close();
  await assert.rejects(openExistingProject(join(folder, 'none')), { code: 'no-project' });
  assert.ok(!existsSync(join(folder, 'none')));
});

test('runs that begin at the same time in two processes take numbers of their own', async () => {
  const one = await newProject();
  const other = await openExistingProject(join(one.folder, '..'));
  const runs = await Promise.all([one, other, one, other].map(project => beginRun(project, 'rollout', {})));
  assert.deepEqual(runs.map(run => run.id).sort(), ['rollout-1', 'rollout-2', 'rollout-3', 'rollout-4']);
  for (const run of runs) await run.end('finished');
  for (const project of [one, other]) await project.store.close();
});

test('a stage is done once: a resumed run takes its result from the store', async () => {
  const project = await newProject();
  let worked = 0;
  const work = async () => ({ worked: ++worked });
  const run = await beginRun(project, 'train', { steps: 3 });
  assert.deepEqual(await run.stage('a', work), { worked: 1 });
  await assert.rejects(run.stage('b', () => Promise.reject(new Error('cut'))));
  await run.end('stopped');
  const again = await resumeRun(project, 'train');
  assert.deepEqual(again.configuration, { steps: 3 });
  assert.deepEqual(await again.stage('a', work), { worked: 1 });
  assert.deepEqual(await again.stage('b', work), { worked: 2 });
  await again.end('finished');
  await project.store.close();
});

test('resumed work is given what it has cost so far', async () => {
  const project = await newProject();
  const run = await beginRun(project, 'train', {});
  const cut = async (already: { readonly seconds: number }): Promise<never> => {
    assert.equal(already.seconds, 0);
    await wait(20);
    throw new Error('cut');
  };
  await assert.rejects(run.stage('a', cut), /cut/);
  await run.end('stopped');
  const again = await resumeRun(project, 'train');
  const seconds = await again.stage('a', async already => already.seconds);
  assert.ok(seconds > 0.015 && seconds < 60, String(seconds));
  await again.end('finished');
  await project.store.close();
});

test('a configuration that cannot be read is an error that names run and store, and nothing is changed', async () => {
  const project = await newProject();
  await (await beginRun(project, 'train', {})).end('stopped');
  const row = (await project.store.run('train-1'))!;
  for (const configuration of ['{"seed":', 'null']) {
    await project.store.saveRun({ ...row, configuration });
    await assert.rejects(resumeRun(project, 'train'), (thrown: Error & { code?: string }) => {
      assert.equal(thrown.code, 'damaged-run');
      assert.ok(/train-1/.test(thrown.message) && thrown.message.includes(project.folder), thrown.message);
      return true;
    });
    assert.deepEqual(await project.store.run('train-1'), { ...row, configuration });
  }
  await project.store.close();
});

test('without a name the latest unfinished run of the kind is resumed; what cannot be resumed is an error', async () => {
  const project = await newProject();
  for (const [kind, status] of [
    ['rollout', 'failed'],
    ['rollout', 'stopped'],
    ['rollout', 'finished'],
    ['train', 'stopped'],
  ] as const)
    await (await beginRun(project, kind, {})).end(status);
  const latest = await resumeRun(project, 'rollout');
  assert.equal(latest.id, 'rollout-2');
  await assert.rejects(resumeRun(project, 'rollout'), { code: 'run-locked' });
  await latest.end('finished');
  assert.equal((await resumeRun(project, 'rollout')).id, 'rollout-1');
  await assert.rejects(resumeRun(project, 'evaluate'), { code: 'nothing-to-resume' });
  await assert.rejects(resumeRun(project, 'rollout', 'rollout-9'), { code: 'nothing-to-resume' });
  await assert.rejects(resumeRun(project, 'rollout', 'train-1'), { hint: /juxta train --resume train-1/ });
  await project.store.close();
});

test('a run recorded as running that no process holds was killed; one that is held is running', async () => {
  const project = await newProject();
  const run = await beginRun(project, 'rollout', {});
  const statuses = async () => (await runsOf(project)).map(({ status }) => status);
  assert.deepEqual(await statuses(), ['running']);
  await project.store.close(); // as the kernel does when a process dies
  const after = await openExistingProject(join(project.folder, '..'));
  assert.deepEqual(
    (await runsOf(after)).map(({ id, status }) => [id, status]),
    [[run.id, 'killed']],
  );
  assert.equal((await resumeRun(after, 'rollout')).id, run.id);
  await after.store.close();
});

test('a run of a newer Juxta is refused, and one without a version is read as the first', async () => {
  const project = await newProject();
  await (await beginRun(project, 'train', { steps: 3 })).end('stopped');
  const row = (await project.store.run('train-1'))!;
  await project.store.saveRun({ ...row, configuration: '{"version":99,"steps":3}' });
  await assert.rejects(resumeRun(project, 'train'), { code: 'run-too-new', hint: /update Juxta/ });
  await project.store.saveRun({ ...row, configuration: '{"steps":4}' });
  const run = await resumeRun(project, 'train');
  assert.deepEqual(run.configuration, { steps: 4 });
  await run.end('finished');
  await project.store.close();
});

test('a stage gives what the store will give a resumed run; a damaged result is named', async () => {
  const project = await newProject();
  const run = await beginRun(project, 'train', {});
  const first = await run.stage('a', async () => ({ rate: Number.NaN, none: undefined }));
  assert.deepEqual(first, { rate: null });
  assert.deepEqual(await run.stage('a', async () => assert.fail('it is done')), first);
  await project.store.saveStage({ run: run.id, key: 'a', status: 'finished', result: '{"ra', cost: null });
  await assert.rejects(
    run.stage('a', async () => 1),
    { code: 'damaged-run', message: /stage "a" of train-1/ },
  );
  await run.end('failed');
  await project.store.close();
});
