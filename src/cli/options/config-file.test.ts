import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { juxta, rowsIn, temporaryFolder } from '../testing.ts';
import { defineConfig } from './config.ts';

interface Stored {
  readonly seed: number;
  readonly count: number;
  readonly search: { readonly beam: number; readonly branch: number; readonly eager: boolean };
  readonly limits: object;
}
const storedIn = (folder: string): Stored[] =>
  rowsIn(folder, 'SELECT configuration FROM runs ORDER BY rowid').map(
    row => JSON.parse(String(row.configuration)) as Stored,
  );

const file = `
import { defineConfig } from 'juxta';
export default defineConfig({
  agent: 'script', seed: 5, beam: 2, maxCalls: 9,
  rollout: { beam: 4, eager: true, cache: false },
  evaluate: { trials: 2 },
});`;

test('the command line goes before the file, its section before its top, and the file before defaults', async t => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'juxta.config.ts'), file);
  const first = await juxta(folder, 'rollout', '--tasks', '1', '--seed', '8');
  assert.equal(first.code, 0, first.stderr);
  const second = await juxta(folder, 'rollout', '--tasks', '1', '--agent', 'script', '--no-config');
  assert.equal(second.code, 0, second.stderr);
  const [with_, without] = storedIn(folder);
  assert.deepEqual(with_?.search, { ...without?.search, beam: 4, branch: 2, eager: true });
  assert.deepEqual([with_?.seed, with_?.limits], [8, { maxCalls: 9, cache: false }]);
  assert.deepEqual([without?.seed, without?.search.beam, without?.limits], [1, 8, {}]);
});

test('the file says where the project lies, also to those who only look at it', async t => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'juxta.config.ts'), "export default { folder: 'there', agent: 'script' };");
  const made = await juxta(folder, 'rollout', '--tasks', '1');
  assert.match(made.stderr, /^run rollout-1 in there\/.juxta/);
  assert.match((await juxta(folder, 'runs')).stdout, /^rollout-1 +finished/);
  assert.match((await juxta(folder, 'report')).stderr, /no self-training run has finished here/);
  assert.match((await juxta(folder, 'runs', '--no-config')).stderr, /there are no runs in /);
});

test('a model object of the file plays by its name there', async t => {
  const folder = temporaryFolder(t);
  writeFileSync(
    join(folder, 'juxta.config.ts'),
    `export default {
      models: { mine: {
        specificationVersion: 'v4', provider: 'mine', modelId: 'm',
        doGenerate: async () => ({
          content: [{ type: 'text', text: 'Which area would you like?' }],
          finishReason: { unified: 'stop' },
          usage: { inputTokens: { total: 7 }, outputTokens: { total: 3 } },
          warnings: [],
        }),
      } },
      model: 'mine',
    };`,
  );
  const { code, stdout, stderr } = await juxta(folder, 'evaluate', '--tasks', '1', '--json');
  assert.equal(code, 0, stderr);
  const { requests } = JSON.parse(stdout) as { requests: { events: Record<string, number> } };
  assert.ok(requests.events.call! > 0);
  const missing = await juxta(folder, 'evaluate', '--tasks', '1', '--model', 'groq:llama');
  assert.match(missing.stderr, /none is installed here[\s\S]*npm install @ai-sdk\/groq/);
});

test('what is wrong in the file is told with its field, before a run begins', async t => {
  const folder = temporaryFolder(t);
  for (const [text, problem] of [
    [
      'export default { rollout: { beem: 3 } }',
      /rollout\.beem: there is no such option\n {2}there are .*beam/,
    ],
    ['export default { beam: 0 }', /field beam: it must be a whole number of at least 1/],
    ['export default { rollout: { eager: "yes" } }', /rollout\.eager: it must be true or false/],
    ['export const config = {}', /no default export/],
    ['export default { models: { mine: {} } }', /field models\.mine: it is not a language model/],
  ] as const) {
    writeFileSync(join(folder, 'own.ts'), text);
    const { code, stderr, stdout } = await juxta(folder, 'rollout', '--config', 'own.ts', '--json');
    assert.equal(code, 1);
    assert.match(stderr, problem);
    assert.equal((JSON.parse(stdout) as { error: { code: string } }).error.code, 'bad-input');
  }
  const { code, stderr } = await juxta(folder, 'rollout', '--config', 'none.ts');
  assert.equal(code, 1);
  assert.match(stderr, /none\.ts: there is no such file/);
  assert.deepEqual(storedIn(folder), []);
});

test('a configuration knows the types of options, and takes those that environments declare', () => {
  const config = defineConfig({ environment: './returns.ts', level: 2, rollout: { beam: 4, eager: true } });
  assert.equal(config.rollout?.beam, 4);
  // @ts-expect-error: a beam is a number
  defineConfig({ rollout: { beam: 'wide' } });
});
