import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RequestFault } from '../fault.ts';
import type { Model } from '../model.ts';
import { fakeModel, request, said } from '../testing/fake-model.ts';
import { fanningOut } from './fan-out.ts';
import { type SampleRequest, sampleSeed, seedsOf, withSeeds } from './samples.ts';

const bySeed = () => fakeModel((_, seed) => said(`sample ${seed}`));
const expected = (asked: SampleRequest) => seedsOf(asked).map(seed => `sample ${seed}`);

test('an endpoint that knows n is asked once', async () => {
  const model = bySeed();
  const asked = request({ n: 4 });
  const answers = await fanningOut(model).generate(asked);
  assert.deepEqual(
    answers.map(({ text }) => text),
    expected(asked),
  );
  assert.equal(model.requests.length, 1);
});

test('an endpoint that ignores n is asked for the missing samples, and never for several again', async () => {
  const inner = bySeed();
  const ignoring: Model = {
    id: inner.id,
    generate: async asked => (await inner.generate(asked)).slice(0, 1),
  };
  const model = fanningOut(ignoring);
  const asked = request({ n: 3 });
  for (const requests of [3, 6]) {
    const answers = await model.generate(asked);
    assert.deepEqual(
      answers.map(({ text }) => text),
      expected(asked),
    );
    assert.equal(inner.requests.length, requests);
  }
  assert.equal(inner.requests[3]?.n, undefined);
});

test('an endpoint that refuses n is asked one by one', async () => {
  const inner = bySeed();
  const refusing: Model = {
    id: inner.id,
    generate: (asked, signal) =>
      (asked.n ?? 1) > 1
        ? Promise.reject(new RequestFault('refused', 'n must be 1', { status: 400 }))
        : inner.generate(asked, signal),
  };
  const asked = request({ n: 2 });
  const answers = await fanningOut(refusing).generate(asked);
  assert.deepEqual(
    answers.map(({ text }) => text),
    expected(asked),
  );
});

test('a sample of many has the seed of the request for it alone', () => {
  const many = request({ n: 3 });
  assert.deepEqual(seedsOf(many), [7, sampleSeed(7, 1), sampleSeed(7, 2)]);
  assert.deepEqual(seedsOf(withSeeds(many, [seedsOf(many)[2]!])), [sampleSeed(7, 2)]);
  assert.equal(new Set(seedsOf(many)).size, 3);
});
