/** `juxta compare`: two offline evaluations. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { juxta, objectOf, temporaryFolder, wordsOf } from './testing.ts';

test('two evaluations are compared pair by pair, and as the reference does it; what cannot be compared is told', async t => {
  const folder = temporaryFolder(t);
  const evaluate = ['evaluate', '--threads', '1', '--json'];
  await juxta(folder, ...evaluate, '--tasks', '12', '--agent', 'fallible-script');
  await juxta(folder, ...evaluate, '--tasks', '12', '--agent', 'script');
  await juxta(folder, ...evaluate, '--tasks', '2', '--agent', 'script', '--seed', '2');

  const ended = await juxta(folder, 'compare', 'evaluate-1', 'evaluate-2', '--json');
  assert.equal(ended.code, 0, ended.stderr);
  const { greedy } = objectOf(ended) as {
    greedy: {
      success: { pairs: number; p: number; after: { value: number } };
      reference: { before: number; after: number; p: number };
    };
  };
  assert.equal(greedy.success.pairs, 12);
  assert.equal(greedy.success.after.value, 1);
  assert.ok(greedy.success.p < 0.05);
  assert.ok(greedy.reference.before < 1);
  assert.equal(greedy.reference.after, 1);
  assert.ok(greedy.reference.p < 0.05);
  assert.match(wordsOf(ended), /^greedy +success \d+\.\d % → 100\.0 % +p/m);
  assert.match(wordsOf(ended), /the reference's test: average reward 0\.\d+ → 1\.000 .*one-sided, unpaired/);

  for (const [code, ...runs] of [
    ['not-comparable', 'evaluate-1', 'evaluate-3'],
    ['not-comparable', 'evaluate-1', 'evaluate-2', '--setting', 'sampled'],
    ['no-evaluation', 'evaluate-1', 'evaluate-9'],
    ['no-evaluation', 'evaluate-1'],
  ] as const) {
    const refused = await juxta(folder, 'compare', ...runs, '--json');
    assert.equal(refused.code, 1);
    assert.equal((objectOf(refused).error as { code: string }).code, code);
  }
});
