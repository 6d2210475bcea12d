/** The examples of the public API, run as they stand. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { importUserModule } from './base/user-module.ts';

const folder = fileURLToPath(new URL('../examples/api/', import.meta.url));

/** Runs an example in an empty folder; gives what it prints. */
const printed = async (t: TestContext, name: string): Promise<readonly string[]> => {
  const empty = mkdtempSync(join(tmpdir(), 'juxta-example-'));
  const before = process.cwd();
  const log = t.mock.method(console, 'log', () => undefined);
  t.mock.method(console, 'error', () => undefined);
  process.chdir(empty);
  t.after(() => {
    process.chdir(before);
    rmSync(empty, { recursive: true });
  });
  await importUserModule(join(folder, name));
  return log.mock.calls.map(({ arguments: [text] }) => String(text));
};

const expected: Readonly<Record<string, readonly RegExp[]>> = {
  'josh.ts': [/^round 1: reward 0/, /^reward 1 by [LR]+$/],
  'loop.ts': [
    /^hamlet-.*: reward/,
    /^rollout-1: average reward 0\.\d+, \d+ rows of dpo\.jsonl$/,
    /^success 0\.\d+ -> 1, p 0\.0/,
  ],
  'conversation.ts': [
    /^conversation: reward [01], ended by user-ended$/,
    /^tree: reward 1, \d+ nodes, [1-9]\d* DPO examples$/,
  ],
};

test('every example of the API is run', () => {
  assert.deepEqual(readdirSync(folder).sort(), Object.keys(expected).sort());
});

for (const [name, lines] of Object.entries(expected))
  test(`${name} does what it says`, async t => {
    const output = await printed(t, name);
    for (const line of lines)
      assert.ok(
        output.some(text => line.test(text)),
        `${line} in ${output.join('\n')}`,
      );
  });
