import assert from 'node:assert/strict';
import { test } from 'node:test';
import { caching } from '../models/layers/cache.ts';
import { memoryLog } from '../models/layers/completion-log.ts';
import { fakeModel, said } from '../models/testing/fake-model.ts';
import type { Episode } from '../play/converse.ts';
import { judged } from './judge.ts';

const episode: Episode = {
  task: 't',
  taskType: 'x',
  seed: 7,
  systemPrompt: '',
  turns: [],
  reward: 1,
  reached: [],
  cause: 'user-ended',
};

test('a judge that cannot be read is asked again at a temperature, and its verdict is sought anew in the next run', async () => {
  const cache = memoryLog();
  const mumbling = fakeModel(() => said('hard to say'));
  const faulty = await judged(caching(mumbling, cache), ['Was polite.'], episode);
  assert.equal(faulty.cause, 'infrastructure-fault');
  assert.deepEqual(
    mumbling.requests.map(({ temperature }) => temperature > 0),
    [false, true, true],
  );
  const clear = fakeModel(() => said('[false]'));
  const fair = await judged(caching(clear, cache), ['Was polite.'], episode);
  assert.deepEqual([fair.cause, fair.reward], ['user-ended', 0]);
  assert.equal(clear.requests.length, 1);
  await judged(caching(clear, cache), ['Was polite.'], episode);
  assert.equal(clear.requests.length, 1, 'a verdict that can be read is kept');
});
