import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeModel, request, said } from '../testing/fake-model.ts';
import type { CompletionLog } from './completion-log.ts';
import { memoryLog } from './completion-log.ts';
import { recording } from './record.ts';

test('a resumed run asks nothing that was answered', async () => {
  const log = memoryLog();
  const answer = (_: unknown, seed: number) => said(`answer ${seed}`);
  const first = fakeModel(answer);
  const before = await Promise.all([1, 2].map(seed => recording(first, log).generate(request({ seed }))));
  const second = fakeModel(answer);
  const after = await Promise.all([1, 2, 3].map(seed => recording(second, log).generate(request({ seed }))));
  assert.deepEqual(after.slice(0, 2), before);
  assert.deepEqual(
    second.requests.map(({ seed }) => seed),
    [3],
  );
});

test('an answer is durable before it is used', async () => {
  const order: string[] = [];
  const log: CompletionLog = {
    get: () => undefined,
    put: async () => {
      await new Promise(resolve => setTimeout(resolve, 5));
      order.push('durable');
    },
  };
  await recording(
    fakeModel(() => said('x')),
    log,
  ).generate(request());
  order.push('used');
  assert.deepEqual(order, ['durable', 'used']);
});

test('an answer that cannot be made durable is not used', async () => {
  const log: CompletionLog = {
    get: () => undefined,
    put: () => Promise.reject(new Error('disk full')),
  };
  const model = recording(
    fakeModel(() => said('x')),
    log,
  );
  await assert.rejects(model.generate(request()), /disk full/);
});
