import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import fc from 'fast-check';
import { RequestFault } from '../fault.ts';
import type { Model } from '../model.ts';
import { fakeModel, request, said } from '../testing/fake-model.ts';
import { limited } from './limit.ts';
import { createQueue } from './queue.ts';
import { retrying } from './retry.ts';
import { createScheduler, type SchedulerOptions } from './scheduler.ts';
import { createWindow } from './window.ts';

/** Runs with a clock of its own; `elapse` lets time pass in small steps. */
const withClock = async (
  run: (elapse: (ms: number) => Promise<void>, now: () => number) => Promise<void>,
) => {
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 0 });
  try {
    const elapse = async (ms: number): Promise<void> => {
      for (let t = 0; t < ms; t += 10) {
        for (let i = 0; i < 10; i++) await Promise.resolve();
        mock.timers.tick(10);
      }
    };
    await run(elapse, Date.now);
  } finally {
    mock.timers.reset();
  }
};

const scheduler = (options: SchedulerOptions = {}) => createScheduler({ now: Date.now, ...options });

test('no more requests are in flight than the cap, and none is idle while others wait', async () => {
  await withClock(async elapse => {
    const model = fakeModel(() => said('x'), { delayMs: 100 });
    const turns = limited(model, scheduler({ maxInFlight: 4 }));
    const all = Promise.all(Array.from({ length: 12 }, (_, seed) => turns.generate(request({ seed }))));
    await elapse(350);
    await all;
    assert.equal(model.flight.most, 4);
    assert.equal(model.requests.length, 12);
  });
});

test('lower priorities go first, equals in order of arrival', async () => {
  await withClock(async elapse => {
    const model = fakeModel(() => said('x'), { delayMs: 10 });
    const shared = scheduler({ maxInFlight: 1 });
    const all = [5, 1, 1, 0].map((priority, seed) =>
      limited(model, shared, { priority: () => priority }).generate(request({ seed })),
    );
    await elapse(100);
    await Promise.all(all);
    assert.deepEqual(
      model.requests.map(({ seed }) => seed),
      [0, 3, 1, 2],
    );
  });
});

test('in no minute are there more requests than allowed', async () => {
  await withClock(async elapse => {
    const times: number[] = [];
    const model = fakeModel(() => {
      times.push(Date.now());
      return said('x');
    });
    const turns = limited(model, scheduler({ requestsPerMinute: 30 }));
    const all = Promise.all(Array.from({ length: 75 }, (_, seed) => turns.generate(request({ seed }))));
    await elapse(125_000);
    await all;
    for (let i = 30; i < times.length; i++) assert.ok(times[i]! - times[i - 30]! >= 60_000);
    assert.ok(times.at(-1)! <= 120_100);
  });
});

test('tokens are counted as estimated until the answer says what it took', async () => {
  await withClock(async elapse => {
    const model = fakeModel(() => said('x', { inputTokens: 50, outputTokens: 50 }));
    const turns = limited(model, scheduler({ tokensPerMinute: 1000 }));
    const all = Promise.all(
      Array.from({ length: 12 }, (_, seed) => turns.generate(request({ seed, maxTokens: 300 }))),
    );
    await elapse(50);
    // Each is estimated at well over 500 and takes 100: one at a time, nine within a thousand.
    assert.ok(model.requests.length >= 4 && model.requests.length <= 10, `${model.requests.length}`);
    await elapse(181_000);
    await all;
  });
});

test('a refusal stops all sending for as long as was asked, and lowers the number in flight', async () => {
  await withClock(async elapse => {
    const times: number[] = [];
    const model = fakeModel(
      (_, __, asked) => {
        times.push(Date.now());
        if (asked <= 10) throw new RequestFault('rate-limit', 'too many', { retryAfterMs: 3000 });
        return said('x');
      },
      { delayMs: 100 },
    );
    const shared = scheduler({ maxInFlight: 100 });
    const turns = limited(model, shared);
    const all = Promise.allSettled(
      Array.from({ length: 10 }, (_, seed) => turns.generate(request({ seed }))),
    );
    await elapse(200);
    await all;
    const { ceiling } = shared.state();
    assert.ok(ceiling >= 6 && ceiling <= 7, `one wave, one lesson: ${ceiling}`);
    const later = Promise.all(Array.from({ length: 20 }, (_, seed) => turns.generate(request({ seed }))));
    await elapse(4000);
    await later;
    assert.ok(times.slice(10).every(time => time >= 3000));
    assert.ok(shared.state().ceiling > ceiling, 'successes raise it again');
  });
});

test('time-outs lower the number in flight until requests are answered in time', async () => {
  await withClock(async elapse => {
    const slot = { freeAt: 0 };
    let answered = 0;
    let timedOut = 0;
    // One slot, 800 ms a request, which works on for those who have gone; they go after 6 s.
    const model: Model = {
      id: 'one slot',
      generate: () => {
        slot.freeAt = Math.max(slot.freeAt, Date.now()) + 800;
        const late = slot.freeAt - Date.now() > 6000;
        return new Promise((resolve, reject) => {
          setTimeout(
            () => {
              if (late) timedOut++;
              else answered++;
              if (late) reject(new RequestFault('timeout', 'late'));
              else resolve([said('x')]);
            },
            late ? 6000 : slot.freeAt - Date.now(),
          );
        });
      },
    };
    const shared = scheduler({ maxInFlight: 20 });
    const turns = retrying(limited(model, shared), { tries: 99, baseMs: 1, draw: () => 0 });
    const all = Promise.all(Array.from({ length: 60 }, (_, seed) => turns.generate(request({ seed }))));
    await elapse(110_000);
    await all;
    assert.equal(answered, 60);
    assert.ok(timedOut <= 40, `${timedOut} timed out`);
    assert.ok(shared.state().ceiling < 10);
  });
});

test('who is cancelled while waiting leaves the queue', async () => {
  await withClock(async elapse => {
    const model = fakeModel(() => said('x'), { delayMs: 100 });
    const shared = scheduler({ maxInFlight: 1 });
    const turns = limited(model, shared);
    const controller = new AbortController();
    const first = turns.generate(request());
    const second = turns.generate(request(), controller.signal);
    controller.abort();
    await assert.rejects(
      second,
      (thrown: unknown) => thrown instanceof RequestFault && thrown.kind === 'aborted',
    );
    assert.equal(shared.state().waiting, 0);
    await elapse(200);
    await first;
    assert.equal(model.requests.length, 1);
  });
});

test('the queue gives back what a stable sort by priority would', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 5 })), priorities => {
      const queue = createQueue<number>();
      priorities.forEach((priority, i) => {
        queue.push(i, priority);
      });
      const order = priorities.map((_, i) => i).sort((a, b) => priorities[a]! - priorities[b]! || a - b);
      assert.deepEqual(
        order.map(() => queue.pop()),
        order,
      );
    }),
  );
});

test('a window corrects what turned out to be another amount', () => {
  const window = createWindow();
  const correct = window.use(900, 0);
  assert.equal(window.fitsAt(200, 1000, 10), 60_000);
  correct(100);
  assert.equal(window.fitsAt(200, 1000, 10), 10);
  assert.equal(window.fitsAt(5000, 1000, 10), 60_000);
  assert.equal(window.fitsAt(5000, 1000, 60_000), 60_000);
});
