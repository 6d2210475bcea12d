/** `juxta diagnose`: an offline evaluation, and a scripted server as the judge. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startScriptedServer } from '../models/testing/scripted-server.ts';
import { juxta, objectOf, temporaryFolder, wordsOf } from './testing.ts';

test('failed conversations of an evaluation are diagnosed, and a finished diagnosis asks no more', async t => {
  const folder = temporaryFolder(t);
  const server = await startScriptedServer({
    policy: ({ messages }) => ({
      text: messages.at(-1)?.content?.includes('Who is at fault?')
        ? 'Answer: B\nReason: It booked the wrong day.'
        : 'Answer: B\nReason: The day.',
    }),
  });
  t.after(() => server.close());
  const evaluate = ['evaluate', '--agent', 'fallible-script', '--tasks', '12', '--threads', '1', '--json'];
  const evaluated = objectOf(await juxta(folder, ...evaluate));
  const { n, successRate } = evaluated.greedy as { n: number; successRate: number };
  const failed = Math.round(n * (1 - successRate));
  assert.ok(failed > 2, 'the fallible script fails some');

  const judge = ['--judge', `${server.baseUrl}#judge`];
  const ended = await juxta(folder, 'diagnose', 'evaluate-1', ...judge, '--most', '2', '--json');
  assert.equal(ended.code, 0, ended.stderr);
  assert.match(
    wordsOf(ended),
    new RegExp(`^evaluate-1: ${failed} of ${n} conversations failed; 2 were looked at$`, 'm'),
  );
  assert.match(wordsOf(ended), /^ {2}at fault {6}agent +2 \(100\.0 %\)$/m);
  assert.match(wordsOf(ended), /^ {2}of the agent {2}used wrong tool argument +2 \(100\.0 %\)$/m);
  assert.match(wordsOf(ended), /^by rule: of \d+ goals .*(wrong-arguments|never-called)/m);
  const file = JSON.parse(readFileSync(join(folder, '.juxta/runs/diagnose-1/diagnosis.json'), 'utf8'));
  assert.equal(file.fault_type_analysis.length, 2);
  assert.equal(file.fault_assignment_analysis[0].description, 'It booked the wrong day.');

  const asked = server.stats().requests;
  const again = await juxta(folder, 'diagnose', '--resume', 'diagnose-1', '--json');
  assert.deepEqual(objectOf(again), objectOf(ended));
  assert.equal(server.stats().requests, asked);
  assert.match(
    (await juxta(folder, 'runs')).stdout,
    /^diagnose-1 .*evaluate-1: \d+ failures, 2 by the agent/m,
  );

  const refused = async (code: string, ...args: readonly string[]): Promise<void> => {
    const { error } = objectOf(await juxta(folder, 'diagnose', ...args, '--json')) as {
      error: { code: string };
    };
    assert.equal(error.code, code);
  };
  await refused('no-evaluation', ...judge);
  await refused('no-evaluation', 'diagnose-1', ...judge);
  await refused('no-judge', 'evaluate-1');
});
