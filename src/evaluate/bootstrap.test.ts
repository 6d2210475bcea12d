import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { random } from '../base/random.ts';
import {
  bootstrapOverSeeds,
  clusteredMean,
  type Pair,
  pairedBootstrap,
  unpairedBootstrapP,
} from './bootstrap.ts';

const close = (actual: number, expected: number, tolerance: number): void =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not within ${tolerance} of ${expected}`);

const pairsOf = (before: readonly number[], after: readonly number[]): Pair[] =>
  before.map((value, i) => ({ task: `t${i}`, before: value, after: after[i]! }));

describe('the paired bootstrap', () => {
  it('has the distribution of two tasks worked by hand', () => {
    // Differences 0 and 1: resampled means are 0, ½ and 1 with probabilities ¼, ½ and ¼, so P(d ≤ 0) = ¼.
    const found = pairedBootstrap(pairsOf([1, 0], [1, 1]), { seed: 1 });
    assert.deepEqual(found.difference, { value: 0.5, low: 0, high: 1 });
    close(found.p, 0.5, 0.03);
    // Ratios are 1/1, 2/1 and, when the second task is drawn twice, 2/0.
    assert.deepEqual(found.ratio, { value: 2, low: 1, high: Number.POSITIVE_INFINITY });
    assert.deepEqual([found.tasks, found.pairs], [2, 2]);
    assert.deepEqual(found.before, { value: 0.5, low: 0, high: 1 });
    assert.deepEqual(found.after, { value: 1, low: 1, high: 1 });
  });

  it('comes near the normal interval for many tasks', () => {
    const stream = random(5, 'normal');
    const n = 400;
    const before = Array.from({ length: n }, () => Number(stream.chance(0.3)));
    const after = before.map(value => (stream.chance(0.5) ? value : Number(stream.chance(0.6))));
    const found = pairedBootstrap(pairsOf(before, after), { seed: 2 });
    const differences = before.map((value, i) => after[i]! - value);
    const centre = differences.reduce((a, b) => a + b) / n;
    const variance = differences.reduce((sum, d) => sum + (d - centre) ** 2, 0) / n;
    const half = 1.96 * Math.sqrt(variance / n);
    close(found.difference.value, centre, 1e-12);
    close(found.difference.low, centre - half, 0.003);
    close(found.difference.high, centre + half, 0.003);
  });

  it('agrees with 400,000 resamples drawn by NumPy', () => {
    const before = [0, 1, 0, 0, 0.5, 1, 0, 0.25, 0, 1, 0, 0, 0.5, 0, 0, 1, 0, 0.75, 0, 0];
    const after = [1, 1, 0, 0.5, 0.5, 1, 1, 0.25, 0, 1, 1, 0, 1, 0.5, 0, 1, 0.25, 1, 0, 1];
    const found = pairedBootstrap(pairsOf(before, after), { seed: 1, resamples: 40_000 });
    close(found.difference.value, 0.3, 1e-12);
    close(found.difference.low, 0.1375, 0.013);
    close(found.difference.high, 0.475, 0.013);
    close(found.ratio.value, 2, 1e-12);
    close(found.ratio.low, 1.342857, 0.02);
    close(found.ratio.high, 4, 0.15);
    assert.ok(found.p < 0.001);
  });

  it('of the same results finds no difference', () => {
    const same = pairsOf([1, 0, 1, 1], [1, 0, 1, 1]);
    const { difference, ratio, p } = pairedBootstrap(same, { seed: 1, resamples: 200 });
    assert.deepEqual(difference, { value: 0, low: 0, high: 0 });
    assert.deepEqual(ratio, { value: 1, low: 1, high: 1 });
    assert.equal(p, 1);
  });

  it('gives the same figures for the same seed', () => {
    const pairs = pairsOf([0, 1, 0, 0, 1], [1, 1, 0, 1, 0]);
    assert.deepEqual(pairedBootstrap(pairs, { seed: 3 }), pairedBootstrap(pairs, { seed: 3 }));
  });

  it('without pairs has no figures, and does not claim any effect', () => {
    const found = pairedBootstrap([], { seed: 1, resamples: 10 });
    assert.ok(Number.isNaN(found.difference.value));
    assert.equal(found.p, 1);
  });

  it('draws the trials of one task together', () => {
    const once = pairsOf([0, 0, 1, 0], [1, 0, 1, 1]);
    const copied = Array.from({ length: 25 }, () => once).flat();
    assert.deepEqual(
      pairedBootstrap(copied, { seed: 4 }).difference,
      pairedBootstrap(once, { seed: 4 }).difference,
      'copies of the trials are no evidence',
    );
  });

  it('covers the truth about as often as it says, for differences and ratios', () => {
    const stream = random(11, 'coverage');
    const trials = 300;
    let difference = 0;
    let ratio = 0;
    for (let trial = 0; trial < trials; trial++) {
      const pairs = Array.from({ length: 120 }, (_, i) => {
        const easy = stream.chance(0.5);
        return {
          task: `t${i}`,
          before: Number(stream.chance(easy ? 0.6 : 0.2)),
          after: Number(stream.chance(easy ? 0.9 : 0.5)),
        };
      });
      const found = pairedBootstrap(pairs, { seed: trial, resamples: 300 });
      difference += Number(found.difference.low <= 0.3 && 0.3 <= found.difference.high);
      ratio += Number(found.ratio.low <= 1.75 && 1.75 <= found.ratio.high);
    }
    close(difference / trials, 0.95, 0.04);
    close(ratio / trials, 0.95, 0.04);
  });
});

describe('the bootstrap over seeds', () => {
  it('averages the ratios of the runs', () => {
    const runs = [pairsOf([1, 0, 0, 1], [1, 1, 1, 1]), pairsOf([1, 1, 0, 0], [1, 1, 0, 1])];
    const found = bootstrapOverSeeds(runs, { seed: 1 });
    close(found.ratio.value, (2 + 1.5) / 2, 1e-12);
    close(found.difference.value, (0.5 + 0.25) / 2, 1e-12);
    assert.deepEqual(
      found.runs.map(run => run.ratio),
      [2, 1.5],
    );
  });

  it('is wider than that of one run when runs differ, for it resamples them too', () => {
    const task = (i: number): string => `t${i}`;
    const run = (gain: number): Pair[] =>
      Array.from({ length: 100 }, (_, i) => ({
        task: task(i),
        before: Number(i % 4 === 0),
        after: Number(i < gain),
      }));
    const spread = bootstrapOverSeeds([run(40), run(60), run(80)], { seed: 1, resamples: 2000 });
    const alike = bootstrapOverSeeds([run(60), run(60), run(60)], { seed: 1, resamples: 2000 });
    const width = ({ low, high }: { low: number; high: number }): number => high - low;
    close(spread.ratio.value, alike.ratio.value, 1e-12);
    assert.ok(width(spread.difference) > 1.2 * width(alike.difference));
  });

  it('keeps tasks that the runs share crossed with them', () => {
    const one = pairsOf([1, 0, 0, 1, 0, 0], [1, 1, 0, 1, 1, 0]);
    const single = pairedBootstrap(one, { seed: 6 });
    const thrice = bootstrapOverSeeds([one, one, one], { seed: 6 });
    close(thrice.difference.low, single.difference.low, 0.02);
    close(thrice.difference.high, single.difference.high, 0.02);
  });
});

describe('a mean clustered by task', () => {
  it('is the mean with an interval around it', () => {
    const values = [0, 1, 1, 0, 1].map((value, i) => ({ task: `t${i}`, value }));
    const found = clusteredMean(values, { seed: 1 });
    close(found.value, 0.6, 1e-12);
    assert.ok(found.low >= 0.2 - 1e-12 && found.low < 0.6);
    assert.ok(found.high <= 1 && found.high > 0.6);
  });
});

describe("the reference's unpaired bootstrap", () => {
  const shares = (successes: number): number[] =>
    Array.from({ length: 100 }, (_, i) => Number(i < successes));

  it('is near the normal approximation of two independent means', () => {
    // (0.6 - 0.5) / sqrt(0.25/100 + 0.24/100) = 1.4286 standard errors: 0.0766 lies beyond, and half of what ties there.
    close(unpairedBootstrapP(shares(50), shares(60), { seed: 42, resamples: 20_000 }), 0.085, 0.012);
  });

  it('is one-sided: it asks whether the later side is better', () => {
    assert.equal(unpairedBootstrapP([0, 0], [1, 1], { seed: 1, resamples: 100 }), 0);
    assert.equal(unpairedBootstrapP([1, 1], [0, 0], { seed: 1, resamples: 100 }), 1);
    assert.equal(unpairedBootstrapP([1, 1], [1, 1], { seed: 1, resamples: 100 }), 1);
  });

  it('takes sides of different sizes, and is no number where one is empty', () => {
    assert.equal(unpairedBootstrapP([0], [1, 1, 1], { seed: 1, resamples: 100 }), 0);
    assert.ok(Number.isNaN(unpairedBootstrapP([], [1], { seed: 1 })));
  });
});
