/** From an empty folder: what `init` writes passes `check` at once. */
import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { juxta, temporaryFolder } from './testing.ts';

test('init writes an environment that check finds no error in, before anything is installed', async t => {
  const folder = temporaryFolder(t);
  const made = await juxta(folder, 'init', 'desk');
  assert.equal(made.code, 0, made.stderr);
  assert.match(made.stdout, /next: cd desk && npm install && npx juxta check/);
  const desk = join(folder, 'desk');
  const sound = await juxta(desk, 'check');
  assert.equal(sound.code, 0, sound.stdout);
  assert.match(sound.stdout, /^returns-desk: 2 tools, tasks: 1 train, 0 gate, 1 test; 0 errors/m);
  appendFileSync(
    join(desk, 'tasks.jsonl'),
    '{"id":"t3","instructions":"x","goals":[{"state":"orders.W1.item","equals":"teapot"}]}',
  );
  const wrong = await juxta(desk, 'check', './returns.ts');
  assert.equal(wrong.code, 1);
  assert.match(
    wrong.stdout,
    /^error +tasks\.jsonl, line 3, task t3, goal state orders\.W1\.item: it is reached/m,
  );
});
