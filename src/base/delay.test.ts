import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { delay, LONGEST_TIMER } from './delay.ts';

/** Timers that fire at once and say how long they were to wait. */
const recordedTimers = (t: TestContext): readonly number[] => {
  const waits: number[] = [];
  const fire = (work: () => void, ms: number): unknown => {
    waits.push(ms);
    queueMicrotask(work);
    return undefined;
  };
  t.mock.method(globalThis, 'setTimeout', fire as unknown as typeof setTimeout);
  return waits;
};

test('a wait longer than a timer can be is made of several timers', async t => {
  const waits = recordedTimers(t);
  const days = 24 * 60 * 60 * 1000;
  await delay(60 * days);
  assert.equal(waits.length, 3);
  assert.ok(waits.every(ms => ms <= LONGEST_TIMER));
  assert.equal(
    waits.reduce((sum, ms) => sum + ms, 0),
    60 * days,
  );
});

test('a signal ends the waiting with its reason, also one that had fired before', async () => {
  const stop = new AbortController();
  const waiting = delay(2 * LONGEST_TIMER, stop.signal);
  stop.abort(new Error('enough'));
  await assert.rejects(waiting, /enough/);
  await assert.rejects(delay(1, stop.signal), /enough/);
});
