import assert from 'node:assert/strict';
import { test } from 'node:test';
import { random } from '../../base/random.ts';
import { estimateRun, type Probe } from './estimate.ts';

const probe = (calls: number, usd: number | undefined = calls / 100): Probe => ({
  agent: { calls, usage: { inputTokens: calls * 1000, outputTokens: calls * 50 }, usd },
  user: { calls: 2, usage: { inputTokens: 100, outputTokens: 10 }, usd: 0 },
});

test('probes that are all alike are extrapolated exactly', () => {
  const { total, byModel, tasks, probes } = estimateRun([probe(10), probe(10)], 100);
  assert.deepEqual([tasks, probes], [100, 2]);
  assert.deepEqual(total.calls, { expected: 1200, low: 1200, high: 1200 });
  assert.deepEqual(byModel.agent?.inputTokens.expected, 1_000_000);
  assert.deepEqual(byModel.user?.outputTokens.expected, 1000);
  assert.ok(Math.abs((total.usd?.expected ?? 0) - 10) < 1e-9);
});

test('when every task was probed nothing is left to guess', () => {
  const { calls } = estimateRun([probe(5), probe(15)], 2).total;
  assert.deepEqual(calls, { expected: 24, low: 24, high: 24 });
});

test('one probe gives no interval, an unknown price no cost, and no probes nothing', () => {
  assert.deepEqual(estimateRun([probe(5)], 10).total.calls, {
    expected: 70,
    low: undefined,
    high: undefined,
  });
  const unknown = estimateRun([probe(5), { agent: { ...probe(5).agent!, usd: undefined } }], 10);
  assert.equal(unknown.total.usd, undefined);
  assert.equal(unknown.byModel.user?.usd?.expected, 0);
  assert.equal(estimateRun([], 10).total.calls.expected, 0);
});

test('the interval holds the truth about nine times in ten', () => {
  const stream = random('estimate');
  let held = 0;
  const trials = 400;
  for (let trial = 0; trial < trials; trial++) {
    const all = Array.from({ length: 60 }, () => 50 + stream.below(20) + stream.below(20) + stream.below(20));
    const { low, high } = estimateRun(
      all.slice(0, 5).map(calls => ({ agent: probe(calls).agent! })),
      60,
    ).total.calls;
    const truth = all.reduce((a, b) => a + b, 0);
    if (low! <= truth && truth <= high!) held++;
  }
  assert.ok(held / trials > 0.86 && held / trials < 0.94, `${held / trials}`);
});
