import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { databaseSha256 } from '../../replay/tau-bench/fingerprint.ts';
import { pristine } from './database.ts';
import { loadTau, openTau } from './open.ts';
import { openTau2 } from './tau2/open.ts';

const shared = join(process.env.JUXTA_SHARED ?? '../shared', 'data');
const data = join(shared, 'tau-bench');
const data2 = join(shared, 'tau2-bench');
const skip = existsSync(data) && existsSync(data2) ? false : `there is no ${data} or ${data2}`;

test('retail opens with the published tasks, tools, policy and database', { skip }, async () => {
  const environment = await openTau('retail', { data });
  assert.equal(environment.name, 'tau-retail');
  assert.deepEqual(environment.splits, ['test', 'train', 'dev']);
  assert.deepEqual(
    environment.splits.map(split => environment.tasks(split).length),
    [115, 500, 20],
  );
  assert.match(environment.systemPrompt, /^# Retail agent policy/);
  assert.equal(environment.tools.length, 16);
  const writing = environment.tools.filter(tool => tool.mutating).map(tool => tool.name);
  assert.equal(
    writing.join(' ').replaceAll('pending_order_', ''),
    'cancel_pending_order exchange_delivered_order_items modify_address modify_items modify_payment modify_user_address return_delivered_order_items',
  );
  assert.deepEqual(environment.notes!.slice(0, 3), [
    'doing nothing wins 7 of 115 test tasks (6.1 %)',
    'doing nothing wins 5 of 500 train tasks (1.0 %)',
    'doing nothing wins 1 of 20 dev tasks (5.0 %)',
  ]);
  const [task] = environment.tasks('test');
  assert.equal(task!.id, 'retail/test/0');
  assert.equal(task!.type, 'exchange_delivered_order_items');
  assert.equal(task!.userId, 'yusuf_rossi_9620');
});

test('airline opens with its only split', { skip }, async () => {
  const environment = await openTau('airline', { data });
  assert.deepEqual(environment.splits, ['test']);
  assert.equal(environment.notes![0], 'doing nothing wins 19 of 50 test tasks (38.0 %)');
  assert.throws(() => environment.tasks('train'), { message: 'Unknown task split: train' });
});

test('the pristine databases have the published fingerprints', { skip }, () => {
  const fingerprint = (name: 'retail' | 'airline') => databaseSha256(pristine(loadTau(name, { data }).base));
  assert.equal(fingerprint('retail'), 'ae10e8a7f23bedf88c90a528efa2d59d27cae24b5ce1f0d28768b39257bf9f0d');
  assert.equal(fingerprint('airline'), 'f212eeda89b986239ddfb1a9b3d07d2b388112869864655ec9e5cc7ab07ab41c');
});

test('the corrected tasks open with their splits and say what they leave unchecked', { skip }, async () => {
  const retail = await openTau2('retail', { data: data2 });
  assert.deepEqual(
    retail.splits.map(split => `${split} ${retail.tasks(split).length}`),
    ['train 74', 'test 40', 'base 114'],
  );
  assert.equal(retail.tools.length, 16);
  assert.match(retail.notes!.join('\n'), /database only: the rewards of 40 of 114 tasks/);
  assert.deepEqual([retail.pace?.steps, (await openTau('retail', { data })).pace?.steps], [100, 30]);
  const airline = await openTau2('airline', { data: data2, firstVersion: data });
  assert.deepEqual(
    airline.splits.map(split => `${split} ${airline.tasks(split).length}`),
    ['train 30', 'test 20', 'base 50'],
  );
  assert.match(airline.notes!.join('\n'), /first version's database stands in/);
});

test('tasks of another release are played, and told to be none of this one', { skip }, async t => {
  const notes = async (folder: string) => (await openTau2('retail', { data: folder })).notes!.join('\n');
  assert.doesNotMatch(await notes(data2), /not that of release/);
  const folder = await mkdtemp(join(tmpdir(), 'juxta-tau-'));
  t.after(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, 'retail'));
  for (const file of ['db.json.gz', 'policy.md', 'split_tasks.json'])
    await copyFile(join(data2, 'retail', file), join(folder, 'retail', file));
  const tasks = readFileSync(join(data2, 'retail', 'tasks.json'), 'utf8');
  await writeFile(join(folder, 'retail', 'tasks.json'), `${tasks}\n`);
  assert.match(await notes(folder), /retail\/tasks\.json is not that of release 1\.0\.1/);
});

test('what is missing or not as published is named', { skip }, async t => {
  const folder = await mkdtemp(join(tmpdir(), 'juxta-tau-'));
  t.after(() => rm(folder, { recursive: true }));
  await assert.rejects(openTau('airline', { data: join(folder, 'none') }), { name: 'BadInputError' });
  await mkdir(join(folder, 'airline'));
  await assert.rejects(openTau('airline', { data: folder }), {
    message: /there is no airline\/tools.json in it/,
  });
  await writeFile(
    join(folder, 'airline', 'tools.json'),
    '[{"function": {"name": "fly", "description": "", "parameters": {}}}]',
  );
  for (const file of [
    'wiki.md',
    'users.json',
    'flights.json.gz',
    'reservations.json.gz',
    'tasks_test.json',
  ]) {
    await copyFile(join(data, 'airline', file), join(folder, 'airline', file));
  }
  await assert.rejects(openTau('airline', { data: folder }), {
    message: /tools.json: describes fly; expected book_reservation/,
  });
  await copyFile(join(data, 'airline', 'tools.json'), join(folder, 'airline', 'tools.json'));
  await openTau('airline', { data: folder });
  await writeFile(
    join(folder, 'airline', 'tasks_test.json'),
    '[{"user_id": "x", "instruction": "y", "actions": [{"name": 5}]}]',
  );
  await assert.rejects(openTau('airline', { data: folder }), {
    message: /tasks_test.json, task 0, action 0, name: expected a text/,
  });
  await writeFile(join(folder, 'airline', 'users.json'), '{"u": 5}');
  await assert.rejects(openTau('airline', { data: folder }), {
    message: /users.json, u: expected an object/,
  });
});

test('without any data the way to it is shown', async t => {
  const { JUXTA_SHARED } = process.env;
  process.env.JUXTA_SHARED = '/nowhere';
  t.after(() => {
    if (JUXTA_SHARED === undefined) delete process.env.JUXTA_SHARED;
    else process.env.JUXTA_SHARED = JUXTA_SHARED;
  });
  if (existsSync('.juxta/data/tau-bench')) t.skip('data was pulled here');
  else await assert.rejects(openTau('retail'), { code: 'no-data', hint: /juxta data pull tau-bench/ });
});
