/** The memory server of `examples/mcp`, a public one, from the command line: trees, exports, and what its sessions cost. */
import assert from 'node:assert/strict';
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type ScriptedPolicy, startScriptedServer } from '../models/testing/scripted-server.ts';
import { juxta, objectOf, temporaryFolder } from './testing.ts';

/** An agent that looks Ann up and notes where she lives, mostly under a name that nobody knows. */
const policy: ScriptedPolicy = ({ toolNames, messages }, seed) => {
  if (toolNames.length === 0)
    return { text: messages.length > 8 ? 'Thanks. ###STOP###' : 'Please note that Ann has moved to Lisbon.' };
  const asked = messages.findLastIndex(message => message.role === 'user');
  const answers = messages.slice(asked).filter(message => message.role === 'tool').length;
  if (answers === 0) return { toolCalls: [{ name: 'search_nodes', arguments: '{"query":"Ann"}' }] };
  if (answers > 1) return { text: 'It is noted.' };
  const entityName = seed % 8 === 0 ? 'Ann' : 'Anna';
  const observations = [{ entityName, contents: ['lives in Lisbon'] }];
  return { toolCalls: [{ name: 'add_observations', arguments: JSON.stringify({ observations }) }] };
};

test('a public MCP server is rolled out in processes of its own, never more than allowed, and exported', async t => {
  const folder = temporaryFolder(t);
  cpSync(fileURLToPath(new URL('../../examples/mcp', import.meta.url)), folder, { recursive: true });
  const modules = fileURLToPath(new URL('../../node_modules', import.meta.url));
  symlinkSync(modules, join(folder, 'node_modules'));
  // What npx would start, without asking a registry for it.
  const bin = JSON.stringify(join(modules, '.bin/mcp-server-memory'));
  const module = join(folder, 'memory.ts');
  const text = readFileSync(module, 'utf8')
    .replace("'npx'", bin)
    .replace(/args: .*,\n/, '');
  writeFileSync(module, text);
  const server = await startScriptedServer({ policy });
  t.after(() => server.close());
  const model = `${server.baseUrl}#scripted`;
  const players = ['--environment', './memory.ts', '--model', model, '--user-model', model];
  const size = ['--tasks', '1', '--beam', '4', '--sessions', '4'];
  const rolled = await juxta(folder, 'rollout', ...players, ...size, '--json');
  assert.equal(rolled.code, 0, rolled.stderr);
  const { faults, full, environment } = objectOf(rolled) as {
    faults: number;
    full: number;
    environment: Record<string, number>;
  };
  assert.deepEqual([faults, full], [0, 1]);
  assert.ok(environment['sessions at once, at most']! <= 4);
  assert.match(rolled.stderr, /environment: .* sessions opened, .* calls replayed per fork/);
  const exported = await juxta(
    folder,
    'export',
    '--run',
    'rollout-1',
    '--format',
    'trl-dpo',
    '--out',
    'data',
  );
  assert.equal(exported.code, 0, exported.stderr);
});
