import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BadInputError } from '../../base/errors.ts';
import { fakeModel, request, said } from '../testing/fake-model.ts';
import { caching } from './cache.ts';
import { recording } from './record.ts';
import { cacheLog, runLog } from './store-logs.ts';

/** The two tables of the store that answers are kept in. */
const tables = () => {
  const completions = new Map<string, string>();
  const cache = new Map<string, string>();
  return {
    completions,
    cache,
    store: {
      completion: async (run: string, key: string, asked: string) =>
        completions.get(`${run} ${key} ${asked}`),
      saveCompletion: async (row: { run: string; key: string; request: string; completion: string }) => {
        completions.set(`${row.run} ${row.key} ${row.request}`, row.completion);
      },
      cached: async (key: string) => cache.get(key),
      saveCached: async (key: string, value: string) => {
        cache.set(key, value);
      },
    },
  };
};

test('a run’s answers and the cache of all runs are kept in the store', async () => {
  const { store, completions, cache } = tables();
  const answer = () => said('kept');
  const [first, second] = [fakeModel(answer), fakeModel(answer)];
  for (const model of [first, second]) {
    await recording(model, runLog(store, 'run-1')).generate(request());
    await caching(model, cacheLog(store)).generate(request({ temperature: 0 }));
  }
  assert.equal(first.requests.length, 2);
  assert.equal(second.requests.length, 0);
  assert.deepEqual([completions.size, cache.size], [1, 1]);
  await recording(second, runLog(store, 'run-2')).generate(request());
  assert.equal(second.requests.length, 1, 'another run asks for itself');
});

test('a damaged row is named', async () => {
  const { store, cache } = tables();
  cache.set('k', '{');
  await assert.rejects(
    async () => cacheLog(store).get('k'),
    (thrown: unknown) => thrown instanceof BadInputError && thrown.message.includes('k'),
  );
});
