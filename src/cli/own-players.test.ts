/** Agents and users that Juxta does not know, named by the paths of their modules, through the command line. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { juxta, objectOf, rowsIn, temporaryFolder } from './testing.ts';

const usage = '{ inputTokens: 0, outputTokens: 0 }';

/** Says how often it has spoken. */
const agent = `
export default {
  name: 'counter', kind: 'script',
  create: async () => ({
    name: 'counter', memory: 0,
    step: async (model, { memory }) => {
      const said = [{ role: 'assistant', content: 'Line ' + (memory + 1) }];
      return { status: 'spoke', visible: said, internal: said, calls: [], usage: ${usage}, memory: memory + 1 };
    },
  }),
};`;

/** Hangs up with its third line. */
const user = `
export default {
  name: 'brief', kind: 'script',
  create: async () => ({
    name: 'brief', begin: () => 1,
    reply: async ({ memory }) => ({ text: 'Mine ' + memory, done: memory === 3, memory: memory + 1, usage: ${usage} }),
  }),
};`;

test('they play in worker threads, and a run stores their whole paths', async t => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'counter.mjs'), agent);
  writeFileSync(join(folder, 'brief.mjs'), user);
  const players = ['--agent', './counter.mjs', '--user', './brief.mjs'];
  const played = await juxta(folder, 'evaluate', ...players, '--tasks', '2', '--threads', '2', '--json');
  assert.equal(played.code, 0, played.stderr);
  const { greedy } = objectOf(played) as { greedy: { n: number; turnsPerTask: number; successRate: number } };
  assert.deepEqual([greedy.n, greedy.turnsPerTask, greedy.successRate], [2, 2, 0]);
  const [row] = rowsIn(folder, 'SELECT transcript FROM evaluations');
  const said = (JSON.parse(String(row?.transcript)) as { visible: { content: string }[] }[]).flatMap(turn =>
    turn.visible.map(({ content }) => content),
  );
  assert.deepEqual(said, ['Mine 1', 'Line 1', 'Mine 2', 'Line 2', 'Mine 3']);
  const [run] = rowsIn(folder, 'SELECT configuration FROM runs');
  const { cast } = JSON.parse(String(run?.configuration)) as { cast: { agent: string; user: string } };
  assert.match(cast.agent, /^\/.*counter\.mjs$/);
  assert.match(cast.user, /^\/.*brief\.mjs$/);
});

test('a module that is none is told of', async t => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'brief.mjs'), 'export const brief = 1;');
  for (const [option, what] of [
    ['--agent', 'agent'],
    ['--user', 'user'],
  ] as const) {
    const { code, stderr } = await juxta(folder, 'evaluate', option, './brief.mjs', '--tasks', '1');
    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`brief\\.mjs has no ${what} as its default export`));
  }
  const { stderr } = await juxta(folder, 'evaluate', '--user', 'nobody', '--tasks', '1');
  assert.match(stderr, /there is no user called "nobody"[\s\S]*agenda, .*or name a module by its path/);
});
