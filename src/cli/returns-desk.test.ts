/** The returns desk of `examples/`, as its author uses it: a module in her own folder, an endpoint, and every command. */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  type ScriptedPolicy,
  type ScriptedServer,
  startScriptedServer,
} from '../models/testing/scripted-server.ts';
import { juxta, objectOf } from './testing.ts';

/** An agent that often refunds without looking, and a customer who says what it wants. */
const policy: ScriptedPolicy = ({ toolNames, messages }, seed) => {
  if (toolNames.length === 0)
    return {
      text: messages.length > 4 ? 'Thanks. ###STOP###' : 'My order W1 came broken. I want my money back.',
    };
  const last = messages.at(-1)!;
  if (last.role === 'tool') return { text: 'It is done.' };
  const asked = messages.filter(message => message.role === 'tool').length;
  if (asked === 0 && seed % 2 === 0)
    return { toolCalls: [{ name: 'find_order', arguments: '{"order_id":"W1"}' }] };
  const reason = seed % 3 === 0 ? 'damaged' : 'ugly';
  return { toolCalls: [{ name: 'refund', arguments: JSON.stringify({ order_id: 'W1', reason }) }] };
};

describe('the returns desk, from the command line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'juxta-own-'));
  let server: ScriptedServer;
  let players: readonly string[];

  before(async () => {
    cpSync(fileURLToPath(new URL('../../examples/returns-desk', import.meta.url)), folder, {
      recursive: true,
    });
    symlinkSync(fileURLToPath(new URL('../../node_modules', import.meta.url)), join(folder, 'node_modules'));
    server = await startScriptedServer({ policy });
    const model = `${server.baseUrl}#scripted`;
    players = ['--environment', './returns.ts', '--model', model, '--user-model', model];
  });
  after(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  it('rolls out trees in which some branches reach the goals and others do not, and exports them', async () => {
    const rolled = await juxta(folder, 'rollout', ...players, '--beam', '4', '--json');
    assert.equal(rolled.code, 0, rolled.stderr);
    const { run, trees, averageReward, faults } = objectOf(rolled) as Record<string, number>;
    assert.deepEqual([trees, faults], [1, 0]);
    assert.ok(averageReward! > 0, JSON.stringify(objectOf(rolled)));
    const exported = await juxta(
      folder,
      'export',
      '--run',
      String(run),
      '--format',
      'trl-dpo',
      '--out',
      'data',
      '--json',
    );
    assert.equal(exported.code, 0, exported.stderr);
    const [file] = readdirSync(join(folder, 'data')).filter(name => name.endsWith('.jsonl'));
    const rows = readFileSync(join(folder, 'data', file!), 'utf8')
      .trim()
      .split('\n');
    assert.ok(rows.length > 0);
    assert.match(rows[0]!, /find_order/);
  });

  it('evaluates on its test tasks with the lines of their script', async () => {
    const [environment, module, model, name] = players;
    const user = ['--user', 'script', '--setting', 'greedy', '--json'];
    const ended = await juxta(folder, 'evaluate', environment!, module!, model!, name!, ...user);
    assert.equal(ended.code, 0, ended.stderr);
    const { greedy } = objectOf(ended) as { greedy: { conversations?: number; tasks?: number } };
    assert.ok(greedy, ended.stdout);
  });

  it('says what is wrong with a module, in words and with its place', async () => {
    writeFileSync(join(folder, 'empty.ts'), 'export const nothing = 1;\n');
    writeFileSync(join(folder, 'broken.ts'), 'export default { name: \n');
    const lines = readFileSync(join(folder, 'tasks.jsonl'), 'utf8');
    writeFileSync(join(folder, 'twice.jsonl'), `${lines}${lines}`);
    const twice = readFileSync(join(folder, 'returns.ts'), 'utf8').replace("'tasks.jsonl'", "'twice.jsonl'");
    writeFileSync(join(folder, 'twice.ts'), twice);
    for (const [file, message] of [
      ['missing.ts', /missing\.ts cannot be loaded/],
      ['empty.ts', /empty\.ts has no environment as its default export/],
      ['broken.ts', /broken\.ts cannot be loaded/],
      ['twice.ts', /twice\.jsonl, line 3, field id: "t1" is the id of .*line 1, too/],
    ] as const) {
      const ended = await juxta(
        folder,
        'rollout',
        '--environment',
        `./${file}`,
        ...players.slice(2),
        '--json',
      );
      assert.equal(ended.code, 1, file);
      assert.match((objectOf(ended).error as { message: string }).message, message);
    }
  });
});
