import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compare, successPairs } from './compare.ts';
import { isSuccess, metrics, metricsByType, type Outcome } from './metrics.ts';

const outcome = (task: string, reward: number, change: Partial<Outcome> = {}): Outcome => ({
  task,
  taskType: 'hotel',
  seed: 1,
  reward,
  success: isSuccess(reward),
  turns: 4,
  calls: 2,
  fault: null,
  ...change,
});

describe('metrics', () => {
  it('are means over the conversations that no fault ended, with the fault-blind figure beside them', () => {
    const found = metrics([
      outcome('a', 1, { turns: 6 }),
      outcome('b', 0.5),
      outcome('c', 0.75, { fault: 'user-fault' }),
      outcome('d', 0, { fault: 'infrastructure-fault' }),
    ]);
    assert.equal(found.n, 2);
    assert.equal(found.successRate, 0.5);
    assert.equal(found.averageReward, 0.75);
    assert.equal(found.turnsPerTask, 5);
    assert.equal(found.callsPerTask, 2);
    assert.deepEqual(found.faults, { 'user-fault': 1, 'infrastructure-fault': 1 });
    assert.deepEqual(found.faultBlind, { n: 4, successRate: 0.25, averageReward: 0.375 });
    assert.ok(found.success.low < 0.5 && found.success.high > 0.5);
  });

  it('of nothing are no numbers', () => {
    assert.equal(metrics([]).n, 0);
    assert.ok(Number.isNaN(metrics([]).successRate));
  });

  it('are broken down by type, sorted', () => {
    const found = metricsByType([outcome('a', 1, { taskType: 'train' }), outcome('b', 0)]);
    assert.deepEqual(
      [...found].map(([type, { n, successRate }]) => [type, n, successRate]),
      [
        ['hotel', 1, 0],
        ['train', 1, 1],
      ],
    );
  });
});

describe('success', () => {
  it('is all of the goals, up to rounding', () => {
    assert.equal(isSuccess(1 - 1e-9), true);
    assert.equal(isSuccess(0.99), false);
  });
});

describe('before and after', () => {
  const options = { seed: 1, resamples: 200 };

  it('are compared on the same tasks and seeds, and by type', () => {
    const before = [outcome('a', 1), outcome('b', 0), outcome('c', 0.5, { taskType: 'train' })];
    const after = [outcome('c', 1, { taskType: 'train' }), outcome('b', 0.5), outcome('a', 1)];
    const found = compare(before, after, options);
    assert.deepEqual([found.success.before.value, found.success.after.value], [1 / 3, 2 / 3]);
    assert.deepEqual([found.reward.before.value, found.reward.after.value], [0.5, 2.5 / 3]);
    assert.equal(found.success.ratio.value, 2);
    assert.deepEqual(
      found.byType.map(({ type, success }) => [type, success.before.value, success.after.value]),
      [
        ['hotel', 0.5, 0.5],
        ['train', 0, 1],
      ],
    );
  });

  it("have Wilson's intervals for success where no task came twice", () => {
    const before = [outcome('a', 1), outcome('b', 1), outcome('c', 1)];
    const { success } = compare(before, before, options);
    assert.ok(success.after.low > 0.4 && success.after.low < 0.5, 'three of three is no certainty');
    const twice = before.flatMap(one => [one, { ...one, seed: 2 }]);
    assert.deepEqual(compare(twice, twice, options).success.after, { value: 1, low: 1, high: 1 });
  });

  it('leave out faults of either side and conversations without a partner, and count them', () => {
    const before = [outcome('a', 0), outcome('b', 0, { fault: 'budget' }), outcome('c', 0), outcome('d', 0)];
    const after = [outcome('a', 1), outcome('b', 1), outcome('c', 0, { fault: 'user-fault' })];
    const found = compare(before, [...after, outcome('d', 1, { seed: 2 })], options);
    assert.deepEqual([found.success.pairs, found.faulty, found.unmatched], [1, 2, 2]);
    assert.deepEqual(successPairs(before, after), [{ task: 'a', before: 0, after: 1 }]);
  });
});
