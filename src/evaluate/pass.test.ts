import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { pass, passAt, passHat, type Trial } from './pass.ts';

const close = (actual: number, expected: number): void =>
  assert.ok(Math.abs(actual - expected) < 1e-12, `${actual} ≠ ${expected}`);

/** The share of the subsets of size k that satisfy a test: the definition, by counting. */
const shareOfSubsets = (
  outcomes: readonly boolean[],
  k: number,
  holds: (subset: boolean[]) => boolean,
): number => {
  let all = 0;
  let held = 0;
  for (let bits = 0; bits < 2 ** outcomes.length; bits++) {
    const subset = outcomes.filter((_, i) => bits & (1 << i));
    if (subset.length !== k) continue;
    all += 1;
    held += Number(holds(subset));
  }
  return held / all;
};

const trials = (task: string, outcomes: string): Trial[] =>
  [...outcomes].map(outcome => ({
    task,
    success: outcome === '+',
    fault: outcome === '!' ? 'infrastructure-fault' : null,
  }));

describe('pass^k and pass@k', () => {
  it('have the values worked by hand', () => {
    close(passHat(3, 4, 2), 3 / 6);
    close(passHat(1, 4, 2), 0);
    close(passAt(1, 4, 2), 3 / 6);
    close(passAt(2, 8, 3), 1 - 20 / 56);
    assert.ok(Number.isNaN(passHat(2, 2, 3)));
  });

  it('are the shares of the k-subsets that all succeed, or that have a success', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 7 }), fc.nat(6), (outcomes, extra) => {
        const k = 1 + (extra % outcomes.length);
        const successes = outcomes.filter(Boolean).length;
        close(
          passHat(successes, outcomes.length, k),
          shareOfSubsets(outcomes, k, subset => subset.every(Boolean)),
        );
        close(
          passAt(successes, outcomes.length, k),
          shareOfSubsets(outcomes, k, subset => subset.some(Boolean)),
        );
      }),
    );
  });

  it('are averaged over tasks, with an interval', () => {
    const found = pass([...trials('a', '++++'), ...trials('b', '++--'), ...trials('c', '----')], 2, {
      seed: 1,
    });
    close(found.all.value, (1 + 1 / 6 + 0) / 3);
    close(found.any.value, (1 + 5 / 6 + 0) / 3);
    assert.deepEqual([found.tasks, found.leftOut], [3, 0]);
    assert.ok(found.all.low >= 0 && found.all.low < found.all.value && found.all.high > found.all.value);
  });

  it('leave faults out of the trials, leave out tasks with too few, and show the fault-blind figure', () => {
    const found = pass([...trials('a', '++!!'), ...trials('b', '+!!!')], 2, { seed: 1, resamples: 100 });
    close(found.all.value, 1);
    assert.deepEqual([found.tasks, found.leftOut], [1, 1]);
    close(found.faultBlind.all, (1 / 6 + 0) / 2);
    close(found.faultBlind.any, (5 / 6 + 3 / 6) / 2);
    assert.equal(found.faultBlind.tasks, 2);
  });

  it('do not count a success under a fault, not even fault-blindly', () => {
    const odd: Trial[] = [{ task: 'a', success: true, fault: 'budget' }];
    const found = pass(odd, 1, { seed: 1, resamples: 10 });
    assert.ok(Number.isNaN(found.all.value));
    assert.equal(found.faultBlind.all, 0);
  });
});
