import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JuxtaError } from '../../../base/errors.ts';
import { weightCount } from '../network/trainable.ts';
import { tinyConfig } from '../testing.ts';
import { startPool } from './pool.ts';

const batch = { shape: { rows: 1, length: 32 }, rows: [{ tokens: new Int32Array(33), spans: [] }] };

test('what goes wrong in a thread comes back as a typed error', async () => {
  const tooSmall = startPool(tinyConfig, 10, 2);
  const failed = (error: unknown): boolean => error instanceof JuxtaError && error.code === 'training-thread';
  await assert.rejects(tooSmall.gradient([batch, batch, batch], { method: 'sft' }), failed);
  await assert.rejects(tooSmall.score([batch]), failed);
  await tooSmall.close();
});

test('a pool that is closed in the middle of its work refuses, and closes again without harm', async () => {
  const pool = startPool(tinyConfig, weightCount(tinyConfig), 1);
  const working = assert.rejects(pool.score([batch, batch]), /stopped/);
  await pool.close();
  await working;
  await pool.close();
});
