import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JuxtaError } from '../base/errors.ts';
import { fakeModel, said } from '../models/testing/fake-model.ts';
import { isLoopback } from './access.ts';
import { serve } from './server.ts';

test('loopback is this machine under any of its names', () => {
  for (const host of ['localhost', '127.0.0.1', '127.8.9.1', '::1']) assert.ok(isLoopback(host), host);
  for (const host of ['0.0.0.0', '::', '192.0.2.1', '127.0.0.1.example', ''])
    assert.ok(!isLoopback(host), host);
});

test('an address that others can reach needs a key', async () => {
  const models = [fakeModel(() => said('x'))];
  for (const host of ['0.0.0.0', '::', '192.0.2.1']) {
    await assert.rejects(
      serve({ models, host }),
      (thrown: unknown) => thrown instanceof JuxtaError && thrown.code === 'key-required',
    );
  }
});
