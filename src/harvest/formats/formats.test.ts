import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { say, tools, user } from '../testing.ts';
import { documented } from './documented.ts';
import { formatConformance } from './format.conformance.ts';
import { formatNamed, formats } from './formats.ts';
import { saidIn } from './said.ts';

for (const { name } of formats.builtIn) formatConformance(name, { rules: documented[name]!, read: saidIn });

it('a format takes no argument unless it says so, and unknown ones are refused with the names that there are', async () => {
  await assert.rejects(formatNamed('trl-sft=5'), {
    code: 'bad-argument',
    message: /trl-sft takes no argument/,
  });
  await assert.rejects(formatNamed('trl'), { code: 'unknown-format', hint: /trl-sft, trl-kto/ });
});

it('a format of one’s own is a module', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'juxta-format-'));
  try {
    await writeFile(
      join(folder, 'words.ts'),
      `import { defineFormat } from 'juxta';
      export default defineFormat({
        name: 'words',
        make: () => ({
          description: 'what the agent said',
          kinds: ['sft'],
          rows: example => (example.kind === 'sft' ? [{ text: example.messages.at(-1)!.content ?? '' }] : []),
        }),
      });`,
    );
    const format = await formatNamed(join(folder, 'words.ts'));
    assert.equal(format.name, 'words');
    assert.deepEqual(format.rows({ kind: 'sft', messages: [user('a'), say('b')], tools }), [{ text: 'b' }]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
