import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { bootstrapP, mean, percentileInterval, quantile, wilson } from './statistics.ts';

const close = (actual: number, expected: number, tolerance = 1e-9): void =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not within ${tolerance} of ${expected}`);

describe("Wilson's interval", () => {
  it('agrees with the score equation solved by bisection', () => {
    for (const [successes, trials, low, high] of [
      [8, 10, 0.4901624715366417, 0.9433178485456247],
      [0, 20, 0, 0.1611251580528],
      [135, 450, 0.2594984002853497, 0.3438873272598385],
    ] as const) {
      const found = wilson(successes, trials);
      close(found.value, successes / trials);
      close(found.low, low, 1e-7);
      close(found.high, high, 1e-7);
    }
  });

  it('stays within [0, 1] and around its value', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.nat(500), (successes, failures) => {
        const { value, low, high } = wilson(successes, successes + failures);
        assert.ok(low >= 0 && high <= 1 && low <= high);
        if (successes + failures > 0) assert.ok(low <= value && value <= high);
      }),
    );
  });
});

describe('quantiles', () => {
  it('interpolate as type 7 does', () => {
    close(quantile([1, 2, 3, 4], 0.025), 1.075);
    close(quantile([1, 2, 3, 4], 0.5), 2.5);
    close(quantile([1, 2, 3, 4], 0.975), 3.925);
    assert.equal(quantile([5], 0.3), 5);
  });

  it('bear infinite ends', () => {
    const { low, high } = percentileInterval(Float64Array.of(2, Number.POSITIVE_INFINITY, 1, Number.NaN, 3));
    close(low, 1.075);
    assert.equal(high, Number.POSITIVE_INFINITY);
    assert.ok(Number.isNaN(percentileInterval(new Float64Array(0)).low));
  });
});

describe('the p-value of a bootstrap', () => {
  it('is twice the share on the smaller side of zero', () => {
    close(bootstrapP(Float64Array.of(-1, 1, 2, 3, 4, 5, 6, 7, 8)), (2 * 2) / 10);
    assert.equal(bootstrapP(Float64Array.of(0, 0, 0)), 1);
    close(bootstrapP(new Float64Array(9999).fill(1)), 2 / 10_000);
  });
});

describe('a mean', () => {
  it('of nothing is no number', () => {
    assert.equal(mean([1, 2, 6]), 3);
    assert.ok(Number.isNaN(mean([])));
  });
});
