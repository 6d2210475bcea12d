import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import OpenAI from 'openai';
import { juxta, start, temporaryFolder, until } from '../testing.ts';

test('the model that ships is served until Ctrl-C, to who has the key, without one that is damaged', async t => {
  const folder = temporaryFolder(t);
  const damaged = join(folder, '.juxta', 'runs', 'train-1');
  mkdirSync(damaged, { recursive: true });
  writeFileSync(join(damaged, 'model.safetensors'), 'weights, they say');
  const running = start(folder, 'serve', '--port', '0', '--key', 'let-me-in', '--json');
  let printed = '';
  running.child.stdout!.on('data', (text: string) => {
    printed += text;
  });
  t.after(() => running.child.kill('SIGKILL'));
  assert.ok(await until(running, () => printed.endsWith('\n')));
  const { baseUrl: baseURL, models } = JSON.parse(printed) as { baseUrl: string; models: string[] };
  assert.deepEqual(models, ['embedded:base']);
  const client = new OpenAI({ baseURL, apiKey: 'let-me-in', maxRetries: 0 });
  const answer = await client.chat.completions.create({
    model: 'embedded:base',
    messages: [{ role: 'user', content: 'I need a cheap hotel in the north.' }],
    seed: 1,
  });
  assert.ok(answer.choices[0]?.message.content);
  const stranger = new OpenAI({ baseURL, apiKey: 'guess', maxRetries: 0 });
  await assert.rejects(async () => stranger.models.list(), /401/);
  running.child.kill('SIGINT');
  const { code, stdout, stderr } = await running.ended;
  assert.equal(code, 0);
  assert.deepEqual(stdout.trim().split('\n'), [printed.trim()]);
  assert.match(stderr, /are served at http:\S+\/v1; end with Ctrl-C/);
  assert.match(stderr, /^embedded:train-1 is left out: .*model\.safetensors/m);
  assert.match(stderr, /^200 \/v1\/chat\/completions \d+ ms$/m);
});

test('beyond this machine nothing is served without a key', async t => {
  const { code, stderr } = await juxta(temporaryFolder(t), 'serve', '--host', '0.0.0.0', '--port', '0');
  assert.equal(code, 1);
  assert.match(stderr, /no key\n.*JUXTA_SERVE_KEY/);
});

test('a port that is none is refused as such', async t => {
  const { code, stderr } = await juxta(temporaryFolder(t), 'serve', '--port', '99999');
  assert.equal(code, 1);
  assert.match(stderr, /'99999' is invalid\. it must be a whole number from 0 to 65535/);
});
