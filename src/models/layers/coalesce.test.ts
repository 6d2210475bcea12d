import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RequestFault } from '../fault.ts';
import { fakeModel, request, said } from '../testing/fake-model.ts';
import { coalescing } from './coalesce.ts';

const bySeed = () => fakeModel((_, seed) => said(`sample ${seed}`), { delayMs: 5 });
const texts = (answers: readonly (readonly { readonly text: string | null }[])[]) =>
  answers.map(([completion]) => completion?.text);

test('siblings that ask in the same breath go as one request and each gets the sample of its seed', async () => {
  const model = bySeed();
  const together = coalescing(model);
  const answers = await Promise.all([5, 3, 4].map(seed => together.generate(request({ seed }))));
  assert.deepEqual(texts(answers), ['sample 5', 'sample 3', 'sample 4']);
  assert.equal(model.requests.length, 1);
  assert.deepEqual(model.requests[0]?.seeds, [3, 4, 5]);
  assert.equal(model.requests[0]?.n, 3);
});

test('different prompts, and greedy requests, are not mixed', async () => {
  const model = bySeed();
  const together = coalescing(model);
  await Promise.all([
    together.generate(request({ seed: 1 })),
    together.generate(request({ seed: 2, maxTokens: 99 })),
    together.generate(request({ seed: 3, temperature: 0 })),
    together.generate(request({ seed: 4, temperature: 0 })),
  ]);
  assert.equal(model.requests.length, 4);
});

test('no request asks for more samples than the endpoint takes', async () => {
  const model = bySeed();
  const together = coalescing(model, { mostSamples: 2 });
  await Promise.all([1, 2, 3, 4, 5].map(seed => together.generate(request({ seed }))));
  assert.deepEqual(
    model.requests.map(({ n = 1 }) => n),
    [2, 2, 1],
  );
});

test('a sibling that leaves gets its fault and the others their samples; when all leave the request ends', async () => {
  const model = bySeed();
  const together = coalescing(model);
  const [one, two] = [new AbortController(), new AbortController()];
  const first = together.generate(request({ seed: 1 }), one.signal);
  const second = together.generate(request({ seed: 2 }), two.signal);
  await Promise.resolve();
  one.abort();
  await assert.rejects(
    first,
    (thrown: unknown) => thrown instanceof RequestFault && thrown.kind === 'aborted',
  );
  assert.deepEqual(texts([await second]), ['sample 2']);

  const third = together.generate(request({ seed: 3 }), two.signal);
  await new Promise(resolve => setImmediate(resolve));
  two.abort();
  await assert.rejects(third);
  await new Promise(resolve => setImmediate(resolve));
  assert.equal(model.flight.now, 0);
});

test('a failure reaches every sibling', async () => {
  const together = coalescing(
    fakeModel(() => {
      throw new RequestFault('server', 'down');
    }),
  );
  const ended = await Promise.allSettled([1, 2].map(seed => together.generate(request({ seed }))));
  assert.deepEqual(
    ended.map(({ status }) => status),
    ['rejected', 'rejected'],
  );
});
