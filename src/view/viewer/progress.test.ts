import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectedIn, secondsLeft } from './progress.ts';

const cast = { environment: { name: 'hamlet' } } as const;

test('a stage’s size is told by the run’s options, and where they leave it open, by the environment’s', () => {
  assert.equal(expectedIn('rollout', { count: 20 }, 'roll out'), 20);
  assert.equal(expectedIn('rollout', { count: null }, 'roll out'), null);
  assert.equal(expectedIn('evaluate', { count: 20, trials: 4 }, 'evaluate, greedy'), 80);
  const open = { cast, tasks: null, testTasks: null, gateTasks: null };
  assert.equal(expectedIn('selftrain', open, 'round 3: roll out'), 500);
  assert.equal(expectedIn('selftrain', open, 'gate before, greedy'), 150);
  assert.equal(expectedIn('selftrain', open, 'round 1: gate, sampled'), 150);
  assert.equal(expectedIn('selftrain', open, 'before, greedy'), 300);
  assert.equal(expectedIn('selftrain', { ...open, testTasks: 7 }, 'after, sampled'), 7);
  const own = { environment: { module: '/returns.ts' } };
  assert.equal(expectedIn('selftrain', { ...open, cast: own }, 'before, greedy'), null);
  assert.equal(expectedIn('train', {}, 'train'), null);
});

test('the time left is what the pace so far makes of it', () => {
  assert.equal(secondsLeft(10, 40, 5), 15);
  assert.equal(secondsLeft(0, 40, 5), null);
  assert.equal(secondsLeft(40, 40, 5), null);
  assert.equal(secondsLeft(10, null, 5), null);
});
