import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RequestFault } from '../fault.ts';
import type { Completion } from '../model.ts';
import { fakeModel, request, said } from '../testing/fake-model.ts';
import { caching } from './cache.ts';
import { memoryLog } from './completion-log.ts';
import { ofTrial } from './trial.ts';

const greedy = request({ temperature: 0 });

test('equal greedy requests in flight share one request, whatever their seeds', async () => {
  const model = fakeModel(() => said('yes'), { delayMs: 5 });
  const cached = caching(model, memoryLog());
  const answers = await Promise.all([1, 2, 3].map(seed => cached.generate({ ...greedy, seed })));
  assert.deepEqual(
    answers.map(([completion]) => completion?.text),
    ['yes', 'yes', 'yes'],
  );
  assert.equal(model.requests.length, 1);
});

test('a greedy request answered in an earlier run is answered from the log', async () => {
  const log = memoryLog();
  await caching(
    fakeModel(() => said('first run')),
    log,
  ).generate(greedy);
  const model = fakeModel(() => said('second run'));
  const [completion] = await caching(model, log).generate({ ...greedy, seed: 99, n: 2 });
  assert.equal(completion?.text, 'first run');
  assert.equal(model.requests.length, 0);
});

test('requests at other temperatures pass through', async () => {
  const model = fakeModel((_, seed) => said(String(seed)));
  const cached = caching(model, memoryLog());
  assert.equal((await cached.generate(request({ seed: 1 })))[0]?.text, '1');
  assert.equal((await cached.generate(request({ seed: 2 })))[0]?.text, '2');
});

test('one of the sharers may leave without taking the answer from the others', async () => {
  const model = fakeModel(() => said('yes'), { delayMs: 10 });
  const cached = caching(model, memoryLog());
  const leaver = new AbortController();
  const left = cached.generate(greedy, leaver.signal);
  const stayed = cached.generate(greedy);
  leaver.abort();
  await assert.rejects(
    left,
    (thrown: unknown) => thrown instanceof RequestFault && thrown.kind === 'aborted',
  );
  assert.equal((await stayed)[0]?.text, 'yes');
});

test('when all sharers have left the request is cancelled, and a newcomer asks anew', async () => {
  const model = fakeModel(() => said('yes'), { delayMs: 10 });
  const cached = caching(model, memoryLog());
  const leaver = new AbortController();
  const left = cached.generate(greedy, leaver.signal);
  await Promise.resolve();
  leaver.abort();
  await assert.rejects(left);
  assert.equal((await cached.generate(greedy))[0]?.text, 'yes');
});

test('a failed request is not remembered', async () => {
  const model = fakeModel((_, __, asked) => {
    if (asked === 1) throw new RequestFault('server', 'no');
    return said('yes');
  });
  const cached = caching(model, memoryLog());
  await assert.rejects(cached.generate(greedy));
  assert.equal((await cached.generate(greedy))[0]?.text, 'yes');
});

test('trials of a task are asked apart, each once', async () => {
  const model = fakeModel((_, seed) => said(String(seed)), { delayMs: 1 });
  const cached = caching(model, memoryLog());
  const trials = [0, 1, 2, 1].map(trial => ofTrial(cached, trial));
  const answers = await Promise.all(trials.map(trial => trial.generate(greedy)));
  const texts = answers.map(([completion]) => completion?.text);
  assert.equal(model.requests.length, 3);
  assert.equal(new Set(texts).size, 3);
  assert.equal(texts[1], texts[3]);
  assert.deepEqual((await ofTrial(cached, 2).generate(greedy))[0]?.text, texts[2]);
  assert.equal(model.requests.length, 3);
});

test('an answer that its asker cannot use is neither kept nor, if it was kept before, served', async () => {
  const log = memoryLog();
  let asked = 0;
  const cached = caching(
    fakeModel(() => said(++asked < 3 ? 'what?' : '[true]')),
    log,
  );
  assert.equal((await cached.generate(greedy))[0]?.text, 'what?');
  const demanding = { ...greedy, usable: ({ text }: Completion) => text !== 'what?' };
  assert.equal((await cached.generate(demanding))[0]?.text, 'what?');
  assert.equal((await cached.generate(demanding))[0]?.text, '[true]');
  assert.equal((await cached.generate(demanding))[0]?.text, '[true]');
  assert.equal(asked, 3);
});
