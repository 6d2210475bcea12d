import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JuxtaError } from '../base/errors.ts';
import { bearerKey, checkAccess, isLoopback, requireKeyBeyondLoopback } from './access.ts';
import { Problem } from './problem.ts';

test('loopback is this machine under any of its names', () => {
  for (const host of ['localhost', '127.0.0.1', '127.8.9.1', '::1']) assert.ok(isLoopback(host), host);
  for (const host of ['0.0.0.0', '::', '192.0.2.1', '127.0.0.1.example', ''])
    assert.ok(!isLoopback(host), host);
});

test('an address that others can reach needs a key', () => {
  for (const host of ['0.0.0.0', '::', '192.0.2.1']) {
    assert.throws(
      () => requireKeyBeyondLoopback(host, undefined, 'Give a key.'),
      (thrown: unknown) =>
        thrown instanceof JuxtaError && thrown.code === 'key-required' && thrown.hint === 'Give a key.',
    );
    requireKeyBeyondLoopback(host, 'secret', '');
  }
});

const statusOf = (given: Partial<Parameters<typeof checkAccess>[0]>, key?: string): number => {
  try {
    checkAccess({ key: undefined, host: undefined, origin: undefined, ...given }, key);
    return 200;
  } catch (thrown) {
    assert.ok(thrown instanceof Problem);
    return thrown.status;
  }
};

test('without a key a request must name this machine, and come from it', () => {
  for (const host of ['localhost:8000', '127.0.0.1', '[::1]:8000']) assert.equal(statusOf({ host }), 200);
  for (const host of [undefined, 'evil.example:8000', '127.0.0.1.evil.example', ''])
    assert.equal(statusOf({ host }), 403);
  const host = 'localhost:8000';
  for (const origin of ['http://localhost:3000', 'http://[::1]'])
    assert.equal(statusOf({ host, origin }), 200);
  for (const origin of ['https://evil.example', 'null', '', 'http://localhost.evil.example'])
    assert.equal(statusOf({ host, origin }), 403);
});

test('with a key, the key alone decides', () => {
  assert.equal(statusOf({ key: 'right', host: 'any.example' }, 'right'), 200);
  for (const key of [undefined, '', 'wrong', 'right '])
    assert.equal(statusOf({ key, host: 'localhost' }, 'right'), 401);
  assert.equal(bearerKey('bearer abc'), 'abc');
  assert.equal(bearerKey('Basic abc'), undefined);
});
