import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { JuxtaError } from '../../base/errors.ts';
import { RequestFault } from '../fault.ts';
import { ModelError } from '../model.ts';
import { fakeModel, request, said } from '../testing/fake-model.ts';
import { budgeted, createBudget, worstCase } from './budget.ts';
import { mostInputTokens } from './request-key.ts';

const price = { input: 1, output: 4 };
const isBudget = (thrown: unknown): boolean => thrown instanceof ModelError && thrown.fault === 'budget';

test('no cap is passed, however many ask at once and whatever each costs up to its worst', async () => {
  const worst = worstCase(request(), price);
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        maxUsd: fc.double({ min: 0, max: worst.usd * 6, noNaN: true }),
        maxTokens: fc.integer({ min: 0, max: worst.tokens * 6 }),
        maxCalls: fc.integer({ min: 0, max: 8 }),
      }),
      fc.array(
        fc.tuple(fc.integer({ min: 1, max: mostInputTokens(request()) }), fc.integer({ min: 0, max: 16 })),
      ),
      async (caps, costs) => {
        const budget = createBudget(caps);
        const model = budgeted(
          fakeModel(async (_, seed) => {
            await new Promise(resolve => setImmediate(resolve));
            const [inputTokens, outputTokens] = costs[seed]!;
            return said('x', { inputTokens, outputTokens });
          }),
          budget,
          price,
        );
        const ended = await Promise.allSettled(costs.map((_, seed) => model.generate(request({ seed }))));
        const { usd, tokens, calls } = budget.spent();
        assert.ok(usd <= caps.maxUsd + 1e-12 && tokens <= caps.maxTokens && calls <= caps.maxCalls);
        assert.ok(ended.every(end => end.status === 'fulfilled' || isBudget(end.reason)));
        assert.deepEqual(budget.reserved(), { usd: 0, tokens: 0, calls: 0 });
      },
    ),
    { numRuns: 60 },
  );
});

test('what does not fit beside others waits for them, and goes when they cost less than their worst', async () => {
  const { tokens } = worstCase(request(), undefined);
  const budget = createBudget({ maxTokens: tokens + 40 });
  const model = fakeModel(() => said('x'), { delayMs: 2 });
  const spending = budgeted(model, budget, undefined);
  await Promise.all([1, 2, 3].map(seed => spending.generate(request({ seed }))));
  assert.equal(model.flight.most, 1);
  assert.equal(budget.spent().tokens, 45);
});

test('at the cap every request is refused from then on', async () => {
  const budget = createBudget({ maxCalls: 2 });
  const spending = budgeted(
    fakeModel(() => said('x'), { delayMs: 1 }),
    budget,
    undefined,
  );
  const ended = await Promise.allSettled([1, 2, 3, 4].map(seed => spending.generate(request({ seed }))));
  assert.deepEqual(
    ended.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'rejected', 'rejected'],
  );
  assert.equal(budget.exhausted(), true);
  await assert.rejects(spending.generate(request()), isBudget);
});

test('a resumed run goes on from what was spent', async () => {
  const budget = createBudget({ maxCalls: 2 }, { usd: 0, tokens: 0, calls: 2 });
  const model = fakeModel(() => said('x'));
  await assert.rejects(budgeted(model, budget, undefined).generate(request()), isBudget);
  assert.equal(model.requests.length, 0);
});

test('a request counts at its worst unless we know that nothing was charged', async () => {
  const worst = worstCase(request(), price);
  for (const [kind, spent] of [
    ['timeout', worst],
    ['reset', worst],
    ['aborted', worst],
    ['rate-limit', { usd: 0, tokens: 0, calls: 0 }],
    ['server', { usd: 0, tokens: 0, calls: 0 }],
  ] as const) {
    const budget = createBudget({});
    const model = fakeModel(() => {
      throw new RequestFault(kind, kind);
    });
    await assert.rejects(budgeted(model, budget, price).generate(request()));
    assert.deepEqual(budget.spent(), spent, kind);
  }
  const budget = createBudget({});
  const silent = fakeModel(() => said('x', { inputTokens: 0, outputTokens: 0 }));
  await budgeted(silent, budget, price).generate(request());
  assert.deepEqual(budget.spent(), worst, 'no usage in the answer');
});

test('dollars cannot be capped for a model whose price is unknown: said before the first call', () => {
  const model = fakeModel(() => said('x'));
  assert.throws(
    () => budgeted(model, createBudget({ maxUsd: 1 }), undefined),
    (thrown: unknown) => thrown instanceof JuxtaError && thrown.code === 'unknown-price',
  );
  budgeted(model, createBudget({ maxTokens: 1 }), undefined);
});

test('who is cancelled while waiting for others to settle stops waiting', async () => {
  const { tokens } = worstCase(request(), undefined);
  const budget = createBudget({ maxTokens: tokens });
  const spending = budgeted(
    fakeModel(() => said('x'), { delayMs: 5 }),
    budget,
    undefined,
  );
  const controller = new AbortController();
  const first = spending.generate(request());
  const second = spending.generate(request(), controller.signal);
  controller.abort();
  await assert.rejects(
    second,
    (thrown: unknown) => thrown instanceof RequestFault && thrown.kind === 'aborted',
  );
  await first;
});
