import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { inParallel } from './in-parallel.ts';

test('so many are under way at a time, and results stand in the order of what they are of', async () => {
  let [now, most] = [0, 0];
  const doubled = await inParallel([1, 2, 3, 4, 5], 2, async item => {
    most = Math.max(most, ++now);
    for (let turns = 6 - item; turns > 0; turns--) await nextTurn();
    now--;
    return 2 * item;
  });
  assert.deepEqual([doubled, most], [[2, 4, 6, 8, 10], 2]);
});

test('nothing new is begun after a failure', async () => {
  const begun: number[] = [];
  const work = async (item: number) => {
    begun.push(item);
    await nextTurn();
    if (item === 2) throw new Error('no');
    return item;
  };
  await assert.rejects(inParallel([1, 2, 3, 4, 5, 6], 2, work), /no/);
  await nextTurn();
  assert.ok(begun.length < 6);
});
