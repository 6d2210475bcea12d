import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { request } from '../models/testing/fake-model.ts';
import { startScriptedServer } from '../models/testing/scripted-server.ts';
import { openSqlite } from '../store/sqlite.ts';
import { aRun } from '../store/store.conformance.ts';
import { openRunModels, type RunModels } from './run-models.ts';

const backed = async (t: TestContext): Promise<RunModels> => {
  const store = openSqlite(':memory:');
  await store.saveRun(aRun('run'));
  const runModels = await openRunModels(store, 'run', { retrySeconds: 0.001 }, 'default');
  t.after(async () => {
    await runModels.close();
    await store.close();
  });
  return runModels;
};

const server = () => startScriptedServer({ policy: () => ({ text: 'hello' }) });

test('progress tells what most requests failed of; of a run that has ended no leaves are told', async t => {
  const { baseUrl, close } = await server();
  await close();
  const runModels = await backed(t);
  await assert.rejects(runModels.open(`${baseUrl}#m`).generate(request()));
  runModels.alive({}, 2);
  assert.match(
    runModels.note(),
    /^2 leaves, 0 calls, 0 k tokens, 5 failed \(unreachable: .*ECONNREFUSED 127.0.0.1:\d+\)$/,
  );
  assert.equal(runModels.note('ended'), '0 calls, 0 k tokens, 5 failed');
  assert.equal(runModels.spent().usd, 0, 'nothing was answered, whatever it would have cost');
});

test('what is spent at an unknown price is unknown, not nothing', async t => {
  const { baseUrl, close } = await server();
  t.after(close);
  const runModels = await backed(t);
  await runModels.open(`${baseUrl}#m`).generate(request());
  assert.equal(runModels.spent().calls, 1);
  assert.equal(runModels.spent().usd, null);
  assert.doesNotMatch(runModels.note(), /USD/);
});
