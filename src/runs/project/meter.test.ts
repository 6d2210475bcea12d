import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { type Cost, metered, nothing, secondsOf } from './meter.ts';

const saved: Cost[] = [];
const save = async (cost: Cost): Promise<void> => {
  saved.push(cost);
};

test('memory that was held for a moment is seen, and time adds to what earlier processes took', async () => {
  const before = process.memoryUsage.rss();
  const size = 256 * 2 ** 20;
  const { result, cost } = await metered(
    async () => {
      await wait(20);
      return new Uint8Array(size).fill(1).length;
    },
    { seconds: 100, peakMemoryBytes: 5 },
    save,
  );
  assert.equal(result, size);
  assert.ok(cost.peakMemoryBytes > before + size / 2);
  assert.ok(cost.seconds >= 100.015 && cost.seconds < 200);
});

test('what an earlier process held stays the peak if this one holds less', async () => {
  const peakMemoryBytes = 2 ** 50;
  const { cost } = await metered(async () => undefined, { seconds: 0, peakMemoryBytes }, save);
  assert.equal(cost.peakMemoryBytes, peakMemoryBytes);
});

test('work that fails has its cost saved', async () => {
  saved.length = 0;
  const failing = metered(() => wait(20).then(() => Promise.reject(new Error('cut'))), nothing, save);
  await assert.rejects(failing, /cut/);
  assert.equal(saved.length, 2);
  assert.ok(saved[1]!.seconds >= 0.015 && saved[1]!.seconds > saved[0]!.seconds);
});

test('the wall time of stages is their sum, and unknown if none was measured', () => {
  const cost = (seconds: number): string => JSON.stringify({ seconds, peakMemoryBytes: 1 });
  assert.equal(secondsOf([{ cost: cost(2) }, { cost: null }, { cost: cost(3) }]), 5);
  assert.equal(secondsOf([{ cost: null }]), undefined);
});
