import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FaultKind, RequestFault } from '../fault.ts';
import { ModelError } from '../model.ts';
import { fakeModel, request, said } from '../testing/fake-model.ts';
import { createTally, textsIn } from './events.ts';
import { retrying } from './retry.ts';

const failing = (times: number, kind: FaultKind = 'server', retryAfterMs?: number) =>
  fakeModel((_, __, asked) => {
    if (asked <= times) throw new RequestFault(kind, `${kind} at api.example`, { retryAfterMs });
    return said('at last');
  });

test('faults that pass are tried again, with full jitter', async () => {
  const tally = createTally();
  const waits: number[] = [];
  const observe: typeof tally.observe = event => {
    tally.observe(event);
    if (event.type === 'retry') waits.push(event.waitMs);
  };
  const model = retrying(failing(4), { baseMs: 2, capMs: 10, draw: () => 0.5, observe });
  assert.equal((await model.generate(request()))[0]?.text, 'at last');
  assert.deepEqual(waits, [1, 2, 4, 5]);
  assert.deepEqual(tally.counts(), {
    'fault server': 4,
    'retry server': 4,
    'said server at api.example': 4,
  });
});

test('the endpoint is left alone for as long as it asked', async () => {
  const started = performance.now();
  await retrying(failing(1, 'rate-limit', 30), { baseMs: 1, draw: () => 0 }).generate(request());
  assert.ok(performance.now() - started >= 28);
});

test('an endpoint that answers fast and limits its rate is soon asked again, and ever later if it still does', async () => {
  const waits: number[] = [];
  let refuses = false;
  const model = fakeModel((_, __, asked) => {
    if (refuses && asked < 5) throw new RequestFault('rate-limit', 'slow down');
    return said('yes');
  });
  const asking = retrying(model, {
    baseMs: 60_000,
    draw: () => 0.01,
    observe: event => {
      if (event.type === 'retry') waits.push(event.waitMs);
    },
  });
  await asking.generate(request());
  refuses = true;
  await asking.generate(request());
  const [first, ...rest] = waits;
  assert.ok(first! < 300, `${first}`);
  assert.deepEqual(
    rest.map((wait, i) => wait / waits[i]!),
    [4, 4],
  );
});

test('a wait that is long enough to be noticed is told of, once, before it is over', async () => {
  const { observe, counts } = createTally();
  const controller = new AbortController();
  const model = retrying(failing(9, 'rate-limit', 40_000), { observe });
  const asked = [1, 2].map(seed => model.generate(request({ seed }), controller.signal));
  setImmediate(() => controller.abort());
  await Promise.allSettled(asked);
  assert.deepEqual(textsIn(counts(), 'warning'), [
    { text: 'fake:model: it asks for waits, of 40 s for example, and they are kept', count: 1 },
  ]);
});

test('what does not pass is not tried again, nor what failed too often', async () => {
  for (const [kind, asked] of [
    ['refused', 1],
    ['server', 3],
  ] as const) {
    const model = failing(9, kind);
    await assert.rejects(retrying(model, { tries: 3, baseMs: 1 }).generate(request()), RequestFault);
    assert.equal(model.requests.length, asked);
  }
  const model = fakeModel(() => {
    throw new ModelError('budget', 'spent');
  });
  await assert.rejects(retrying(model).generate(request()), /spent/);
  assert.equal(model.requests.length, 1);
});

test('where nobody has ever answered it is tried less often, and an endpoint that has is waited for', async () => {
  const endpoint = { answered: false };
  const options = { endpoint, baseMs: 1 };
  const gone = failing(9, 'unreachable');
  await assert.rejects(retrying(gone, options).generate(request()), RequestFault);
  assert.equal(gone.requests.length, 5);
  await retrying(failing(0), options).generate(request());
  const restarting = failing(9, 'unreachable');
  await retrying(restarting, options).generate(request());
  assert.equal(restarting.requests.length, 10);
});

test('an error is an answer, too', async () => {
  const model = fakeModel((_, __, asked) => {
    if (asked === 1) throw new RequestFault('server', 'HTTP 500', { status: 500 });
    if (asked < 9) throw new RequestFault('unreachable', 'restarting');
    return said('at last');
  });
  assert.equal((await retrying(model, { baseMs: 1 }).generate(request()))[0]?.text, 'at last');
});

test('a wait ends with the signal', async () => {
  const controller = new AbortController();
  const waiting = retrying(failing(1), { baseMs: 60_000, draw: () => 1 }).generate(
    request(),
    controller.signal,
  );
  setTimeout(() => controller.abort(), 5);
  await assert.rejects(
    waiting,
    (thrown: unknown) => thrown instanceof RequestFault && thrown.kind === 'aborted',
  );
});
