import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { request } from '../models/testing/fake-model.ts';
import { startScriptedServer } from '../models/testing/scripted-server.ts';
import { openSqlite } from '../store/sqlite.ts';
import { aRun } from '../store/store.conformance.ts';
import { type Backing, openBacking } from './backing.ts';

const backed = async (t: TestContext): Promise<Backing> => {
  const store = openSqlite(':memory:');
  await store.saveRun(aRun('run'));
  const backing = await openBacking(store, 'run', { retrySeconds: 0.001 }, 'default');
  t.after(async () => {
    await backing.close();
    await store.close();
  });
  return backing;
};

const server = () => startScriptedServer({ policy: () => ({ text: 'hello' }) });

test('progress tells what most requests failed of; of a run that has ended no leaves are told', async t => {
  const { baseUrl, close } = await server();
  await close();
  const backing = await backed(t);
  await assert.rejects(backing.open(`${baseUrl}#m`).generate(request()));
  backing.alive({}, 2);
  assert.equal(backing.note(), '2 leaves, 0 calls, 0 k tokens, 5 failed (unreachable)');
  assert.equal(backing.note('ended'), '0 calls, 0 k tokens, 5 failed');
  assert.equal(backing.spent().usd, 0, 'nothing was answered, whatever it would have cost');
});

test('what is spent at an unknown price is unknown, not nothing', async t => {
  const { baseUrl, close } = await server();
  t.after(close);
  const backing = await backed(t);
  await backing.open(`${baseUrl}#m`).generate(request());
  assert.equal(backing.spent().calls, 1);
  assert.equal(backing.spent().usd, null);
  assert.doesNotMatch(backing.note(), /USD/);
});
