import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { request } from '../models/testing/fake-model.ts';
import { startScriptedServer } from '../models/testing/scripted-server.ts';
import { openSqlite } from '../store/sqlite.ts';
import { aRun } from '../store/store.conformance.ts';
import { openRunModels, type RunModels } from './run-models.ts';

const openedModels = async (t: TestContext): Promise<RunModels> => {
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

test('progress says why most requests failed; once a run has ended no leaves are shown', async t => {
  const { baseUrl, close } = await server();
  await close();
  const runModels = await openedModels(t);
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
  const runModels = await openedModels(t);
  await runModels.open(`${baseUrl}#m`).generate(request());
  assert.equal(runModels.spent().calls, 1);
  assert.equal(runModels.spent().usd, null);
  assert.doesNotMatch(runModels.note(), /USD/);
});

test('a model that refuses every request has failed; one that refuses single conversations has not', async t => {
  const error = (message: string) => JSON.stringify({ error: { message, code: 400 } });
  for (const [message, failed] of [
    ['"auto" tool choice requires --enable-auto-tool-choice', true],
    ['Maximum context length is 2048 tokens.', false],
  ] as const) {
    const refusing = createServer((_, response) => response.writeHead(400).end(error(message)));
    await new Promise<void>(resolve => refusing.listen(0, '127.0.0.1', resolve));
    t.after(() => refusing.close());
    const runModels = await openedModels(t);
    const model = runModels.open(`http://127.0.0.1:${(refusing.address() as AddressInfo).port}/v1#m`);
    for (let seed = 0; seed < 3; seed++) await assert.rejects(model.generate(request({ seed })));
    assert.equal(runModels.failure() !== undefined, failed, message);
    assert.equal(runModels.counts()[`said 400: ${message}`], 3);
  }
});
