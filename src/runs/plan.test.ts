import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openEnvironment } from '../environments/open.ts';
import { scriptedCast } from '../rollout/testing.ts';
import { defaultSearch } from '../search/josh/josh.ts';
import type { SelftrainConfiguration } from './configuration.ts';
import { planOf, taskSet } from './plan.ts';

const configuration = (changes: Partial<SelftrainConfiguration>): SelftrainConfiguration => ({
  cast: scriptedCast,
  model: '',
  seed: 1,
  rounds: 2,
  method: ['sft'],
  search: defaultSearch,
  temperature: 1,
  tasks: 5,
  testTasks: 4,
  gateTasks: 3,
  minReward: 1,
  data: 'harvest',
  training: {},
  maxMessages: 15,
  maxTries: 20,
  maxSteps: 100,
  threads: 1,
  limits: {},
  ...changes,
});

test('no task serves two purposes, and each round of a generated world has fresh ones', async () => {
  const { train, gate, test: held } = await planOf(configuration({}));
  const sets = [train.ofRound(1), train.ofRound(2), gate.tasks, held.tasks];
  assert.deepEqual(
    sets.map(tasks => tasks.length),
    [5, 5, 3, 4],
  );
  const ids = sets.flat().map(task => task.id);
  assert.equal(new Set(ids).size, ids.length);
});

test('a split that ends before the first requested task is an error', async () => {
  const hamlet = await openEnvironment({ name: 'hamlet' });
  assert.deepEqual(
    taskSet(hamlet, 'train', 2, { start: 7 }).tasks.map(task => task.index),
    [7, 8],
  );
  assert.throws(() => taskSet({ ...hamlet, tasks: () => [] }, 'train', 2, { start: 7 }), {
    code: 'no-tasks',
    hint: /--start/,
  });
});

test('a shuffled split is cut after it was shuffled, and each task keeps its own position', async () => {
  const hamlet = await openEnvironment({ name: 'hamlet' });
  const all = hamlet.tasks('train', { count: 12 });
  const twelve = {
    ...hamlet,
    tasks: (_split: string, { start = 0, count = 12 } = {}) => all.slice(start, start + count),
  };
  const { tasks } = taskSet(twelve, 'train', 3, { start: 1, shuffle: 10 });
  assert.deepEqual(
    tasks.map(({ index }) => index),
    [8, 4, 2],
  );
  assert.deepEqual(
    tasks.map(({ id }) => id),
    [8, 4, 2].map(at => all[at]!.id),
  );
});
