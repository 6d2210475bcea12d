import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Change } from './api.ts';
import { liveChanges } from './live.ts';

const change = (trees: number): Change => ({ trees, evaluations: 0, runs: '' });
const told = async (heard: readonly Change[], count: number): Promise<void> => {
  while (heard.length < count) await new Promise(resolve => setTimeout(resolve, 2));
};

test('who watches is told how things stand, and of every change; the store is looked at only while somebody does', async () => {
  let marks: Change | undefined = change(1);
  let looks = 0;
  const live = liveChanges(
    {
      marks: () => {
        looks++;
        if (marks) return marks;
        throw new Error('damaged');
      },
    },
    1,
  );
  assert.equal(looks, 0);
  const heard: Change[] = [];
  const end = live.subscribe(one => heard.push(one));
  assert.deepEqual(heard, [change(1)]);
  marks = change(2);
  await told(heard, 2);
  // A store that breaks while it is watched is a change, and ends nothing.
  marks = undefined;
  await told(heard, 3);
  marks = change(3);
  await told(heard, 4);
  assert.deepEqual(
    heard.map(({ trees, runs }) => [trees, runs]),
    [
      [1, ''],
      [2, ''],
      [0, 'unreadable'],
      [3, ''],
    ],
  );
  end();
  const before = looks;
  await new Promise(resolve => setTimeout(resolve, 20));
  assert.equal(looks, before);
});
