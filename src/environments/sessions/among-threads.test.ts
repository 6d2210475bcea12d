import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sessionsAmongThreads } from './among-threads.ts';

test('the cap on sessions holds for all threads together', () => {
  const spec = { module: '/shop.ts' };
  const shared = (options: object, threads: number, sessions = 8) => {
    const given = sessionsAmongThreads({ ...spec, options: { ...options } }, { sessions }, threads);
    return [given.threads, given.spec.options?.sessions];
  };
  assert.deepEqual(shared({}, 2), [2, 4]);
  assert.deepEqual(shared({}, 3), [3, 2]);
  assert.deepEqual(shared({ sessions: 2 }, 4), [2, 1]);
  assert.deepEqual(shared({}, 4, 1), [1, 1]);
});

test('an environment without sessions is left as it is', () => {
  const spec = { name: 'hamlet' };
  assert.deepEqual(sessionsAmongThreads(spec, {}, 4), { spec, threads: 4 });
});
