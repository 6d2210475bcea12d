import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { juxta, temporaryFolder } from './testing.ts';

test('evaluate --out writes the conversations in the layout of the original’s results', async t => {
  const folder = temporaryFolder(t);
  const evaluate = ['evaluate', '--tasks', '12', '--threads', '1', '--agent', 'fallible-script'];
  assert.equal((await juxta(folder, ...evaluate, '--out', 'results.json')).code, 0);
  const results = JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8')) as Record<string, unknown>[];
  assert.equal(results.length, 12);
  const [first] = results;
  assert.deepEqual(Object.keys(first!), ['id', 'reward', 'messages', 'failed_apis', 'internal_messages']);
  for (const { reward, failed_apis } of results)
    assert.equal(reward === 1, (failed_apis as readonly string[]).length === 0);
});
