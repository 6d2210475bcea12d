import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { BadInputError } from '../../base/errors.ts';
import { readEnvironment } from './keys.ts';
import { keyVariable, parseModelSpec } from './spec.ts';

test('models are named by provider, or by address and name', () => {
  assert.deepEqual(parseModelSpec('openai:gpt-4o'), { provider: 'openai', model: 'gpt-4o' });
  assert.deepEqual(parseModelSpec('http://localhost:8000/v1#org/llama'), {
    provider: 'compatible',
    baseUrl: 'http://localhost:8000/v1',
    model: 'org/llama',
  });
  assert.deepEqual(parseModelSpec('https://host.example/api/v1/#a%20b'), {
    provider: 'compatible',
    baseUrl: 'https://host.example/api/v1',
    model: 'a b',
  });
});

test('what cannot be read as a model is refused, and a secret in an address is not repeated', () => {
  for (const spec of ['gpt-4o', 'openai:', 'http://localhost:8000/v1', 'http://', 'http://h/v1#']) {
    assert.throws(() => parseModelSpec(spec), BadInputError, spec);
  }
  for (const spec of ['https://user:hunter2@host/v1#m', 'https://host/v1?api-key=hunter2#m']) {
    assert.throws(
      () => parseModelSpec(spec),
      (thrown: unknown) =>
        thrown instanceof BadInputError &&
        !`${thrown.message}${thrown.hint}`.includes('hunter2') &&
        thrown.hint?.includes('JUXTA_KEY_HOST') === true,
    );
  }
});

test('every host has a key variable of its own', () => {
  assert.equal(keyVariable(new URL('http://localhost:8000/v1')), 'JUXTA_KEY_LOCALHOST_8000');
  assert.equal(keyVariable(new URL('https://openrouter.ai/api/v1')), 'JUXTA_KEY_OPENROUTER_AI');
});

test('keys of a .env file are found without becoming part of the process environment', () => {
  const folder = mkdtempSync(join(tmpdir(), 'env-'));
  try {
    const file = join(folder, '.env');
    writeFileSync(file, '# keys\nJUXTA_TEST_KEY="abc"\n');
    assert.equal(readEnvironment(file).JUXTA_TEST_KEY, 'abc');
    assert.equal(process.env.JUXTA_TEST_KEY, undefined);
    writeFileSync(file, '\uFEFFJUXTA_TEST_KEY=marked\n');
    assert.equal(readEnvironment(file).JUXTA_TEST_KEY, 'marked', 'a byte-order mark is no part of a name');
    assert.equal(readEnvironment(join(folder, 'none')).JUXTA_TEST_KEY, undefined);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
