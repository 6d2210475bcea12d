import assert from 'node:assert/strict';
import { test } from 'node:test';
import { adamwUpdate, globalNorm, newMoments } from './adamw.ts';
import { learningRateAt } from './schedule.ts';

const ranges = [
  { start: 0, end: 1, decays: true },
  { start: 1, end: 2, decays: false },
];

test('the first update moves every parameter by the learning rate against its gradient', () => {
  const parameters = new Float32Array([1, 1]);
  const update = { ranges, scale: 1, learningRate: 0.1, weightDecay: 0 };
  adamwUpdate(parameters, new Float32Array([5, -0.01]), newMoments(2), update);
  assert.ok(Math.abs(parameters[0]! - 0.9) < 1e-6);
  assert.ok(Math.abs(parameters[1]! - 1.1) < 1e-6);
});

test('two updates agree with the moments worked out by hand', () => {
  const parameters = new Float32Array([0, 0]);
  const moments = newMoments(2);
  const update = { ranges, scale: 0.5, learningRate: 1, weightDecay: 0 };
  adamwUpdate(parameters, new Float32Array([2, 0]), moments, update);
  adamwUpdate(parameters, new Float32Array([4, 0]), moments, update);
  // Gradients 1, then 2. m = 0.9 * 0.1 + 0.2 = 0.29, over 1 - 0.81; v = 0.98 * 0.02 + 0.08 = 0.0996, over 1 - 0.9604.
  const second = 0.29 / 0.19 / Math.sqrt(0.0996 / 0.0396);
  assert.ok(Math.abs(parameters[0]! - (-1 - second)) < 1e-5);
  assert.equal(parameters[1], 0);
});

test('weight decay shrinks matrices only, in proportion to the learning rate', () => {
  const parameters = new Float32Array([2, 2]);
  const update = { ranges, scale: 1, learningRate: 0.1, weightDecay: 0.5 };
  adamwUpdate(parameters, new Float32Array(2), newMoments(2), update);
  assert.ok(Math.abs(parameters[0]! - 1.9) < 1e-6);
  assert.equal(parameters[1], 2);
});

test('the norm is that of all gradients together', () => {
  assert.equal(globalNorm(new Float32Array([3, 0, 4])), 5);
});

test('the learning rate warms up, peaks, and falls to its last fraction', () => {
  const schedule = { learningRate: 1, warmup: 4, final: 0.1, schedule: 'linear' } as const;
  assert.equal(learningRateAt(schedule, 1, 14), 0.25);
  assert.equal(learningRateAt(schedule, 4, 14), 1);
  assert.ok(Math.abs(learningRateAt(schedule, 9, 14) - 0.55) < 1e-9);
  assert.ok(Math.abs(learningRateAt(schedule, 14, 14) - 0.1) < 1e-9);
  const cosine = { ...schedule, schedule: 'cosine' } as const;
  assert.ok(Math.abs(learningRateAt(cosine, 9, 14) - 0.55) < 1e-9);
  assert.equal(learningRateAt({ ...schedule, schedule: 'constant' }, 14, 14), 1);
});
