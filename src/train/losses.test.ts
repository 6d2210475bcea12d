import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { balancedWeights, dpoLoss, klEstimate, ktoLoss, sftLoss } from './losses.ts';

const close = (actual: number, expected: number, tolerance = 1e-5): void =>
  assert.ok(Math.abs(actual - expected) < tolerance, `${actual} is not ${expected}`);

test('SFT is the negative log-probability and falls by one per nat', () => {
  assert.deepEqual(sftLoss(-2.5), { loss: 2.5, slope: -1 });
});

test('DPO of a policy equal to its reference is log 2 with half of beta as its slope', () => {
  const result = dpoLoss({ chosen: -3, rejected: -4, referenceChosen: -3, referenceRejected: -4 }, 0.1);
  close(result.loss, Math.LN2);
  close(result.chosenSlope, -0.05);
  close(result.rejectedSlope, 0.05);
});

test('DPO agrees with a pair worked out by hand', () => {
  // Log-ratios: chosen 2 - 1 = +1 nat, rejected -1.5 nats; margin 0.4 * 2.5 = 1; -log(1 / (1 + e^-1)) = 0.313262.
  const result = dpoLoss({ chosen: -5, rejected: -9.5, referenceChosen: -6, referenceRejected: -8 }, 0.4);
  close(result.margin, 1);
  close(result.loss, 0.3132617);
  // d/d chosen = -0.4 * 1 / (1 + e) = -0.4 * 0.2689414.
  close(result.chosenSlope, -0.1075766);
});

test('DPO stays finite where a margin is huge', () => {
  const pair = { chosen: -1e4, rejected: 0, referenceChosen: 0, referenceRejected: 0 };
  close(dpoLoss(pair, 1).loss, 1e4);
  close(dpoLoss(pair, 1).chosenSlope, -1);
});

test('KTO agrees with examples worked out by hand', () => {
  const weights = { beta: 0.5, desirable: 1, undesirable: 2.71 };
  // r = 2, z0 = 0.4: 1 - sigmoid(0.5 * 1.6) = 1 / (1 + e^0.8) = 0.3100255.
  const good = ktoLoss({ policy: -3, reference: -5, desirable: true }, 0.4, weights);
  close(good.loss, 0.3100255);
  close(good.slope, -0.5 * 0.3100255 * 0.6899745);
  // The same completion as a bad one: 2.71 * (1 - sigmoid(-0.8)) = 2.71 * 0.6899745.
  const bad = ktoLoss({ policy: -3, reference: -5, desirable: false }, 0.4, weights);
  close(bad.loss, 2.71 * 0.6899745);
  close(bad.slope, 2.71 * 0.5 * 0.3100255 * 0.6899745);
});

test('the KL estimate is the mean log-ratio of mismatched pairs, never below 0', () => {
  close(klEstimate([-4, -6], [-5, -6.5]), 0.75);
  assert.equal(klEstimate([-6], [-5]), 0);
  assert.equal(klEstimate([], []), 0);
});

test('balanced weights give both classes the same total and leave the larger one alone', () => {
  assert.deepEqual(balancedWeights(10, 40), { desirable: 4, undesirable: 1 });
  assert.deepEqual(balancedWeights(0, 7), { desirable: 1, undesirable: 1 });
});

const nats = fc.double({ min: -20, max: 0, noNaN: true });
const step = 1e-5;

test('slopes of DPO and KTO agree with finite differences', () => {
  fc.assert(
    fc.property(nats, nats, nats, nats, fc.boolean(), (a, b, c, d, desirable) => {
      const dpoAt = (chosen: number, rejected: number): number =>
        dpoLoss({ chosen, rejected, referenceChosen: c, referenceRejected: d }, 0.3).loss;
      const dpo = dpoLoss({ chosen: a, rejected: b, referenceChosen: c, referenceRejected: d }, 0.3);
      close((dpoAt(a + step, b) - dpoAt(a - step, b)) / (2 * step), dpo.chosenSlope, 1e-3);
      close((dpoAt(a, b + step) - dpoAt(a, b - step)) / (2 * step), dpo.rejectedSlope, 1e-3);
      const weights = { beta: 0.2, desirable: 1.3, undesirable: 0.8 };
      const ktoAt = (policy: number): number =>
        ktoLoss({ policy, reference: b, desirable }, 0.7, weights).loss;
      const kto = ktoLoss({ policy: a, reference: b, desirable }, 0.7, weights);
      close((ktoAt(a + step) - ktoAt(a - step)) / (2 * step), kto.slope, 1e-3);
    }),
  );
});
