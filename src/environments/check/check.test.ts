import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { checkEnvironment } from './check.ts';

const folder = mkdtempSync(join(tmpdir(), 'juxta-check-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let number = 0;

/** An environment with one good tool and one good task, and what is put in their place. */
const found = async (
  parts: { readonly tools?: string; readonly tasks?: readonly object[]; readonly state?: string },
  head = '',
): Promise<readonly string[]> => {
  const name = `own${number++}`;
  const tasks = parts.tasks ?? [task('a', {})];
  writeFileSync(join(folder, `${name}.jsonl`), tasks.map(one => JSON.stringify(one)).join('\n'));
  writeFileSync(
    join(folder, `${name}.mjs`),
    `import { defineEnvironment, tasksFrom } from 'juxta';
     const key = { type: 'object', properties: { key: { type: 'string' } }, required: ['key'] };
     ${head}
     export default defineEnvironment({
       name: 'own', systemPrompt: 'You help.', tasks: tasksFrom('${name}.jsonl'),
       state: ${parts.state ?? "() => ({ lamp: 'off' })"},
       tools: { turn: { description: 'Turns it.', inputSchema: key, execute: ({ key }, { state }) => { state.lamp = key; } }, ${parts.tools ?? ''} },
     });`,
  );
  const { findings } = await checkEnvironment({ module: join(folder, `${name}.mjs`) });
  return findings
    .filter(({ code }) => code !== 'empty-split')
    .map(({ severity, code, where, message }) => `${severity} ${code} ${where}: ${message}`);
};

const task = (id: string, more: object) => ({
  id,
  split: 'train',
  instructions: `Turn the lamp on. (${id})`,
  goals: [{ call: 'turn', arguments: { key: 'on' } }],
  ...more,
});

describe('juxta check', () => {
  it('finds nothing wrong with the example', async () => {
    const module = fileURLToPath(new URL('../../../examples/returns-desk/returns.ts', import.meta.url));
    const { findings, tools, tasks } = await checkEnvironment({ module });
    assert.deepEqual(
      findings.filter(({ severity }) => severity === 'error'),
      [],
    );
    assert.deepEqual([tools, tasks.train, tasks.test], [2, 1, 1]);
  });

  it('finds nothing wrong with a sound environment', async () => {
    assert.deepEqual(await found({}), []);
  });

  it('finds goals that hold before anybody does anything', async () => {
    const [finding] = await found({ tasks: [task('a', { goals: [{ state: 'lamp', equals: 'off' }] })] });
    assert.match(finding!, /^error reached-by-nothing .*\.jsonl, line 1, task a, goal state lamp: /);
    const end = { state: 'lamp', equals: 'off', at: 'end' };
    const [rewarded] = await found({
      tasks: [task('a', { goals: [{ call: 'turn', arguments: { key: 'on' } }, end] })],
    });
    assert.match(rewarded!, /^warning rewarded-for-nothing .*line 1, task a: /);
  });

  it('finds goals that nobody can reach', async () => {
    const goals = [{ call: 'turn', arguments: { key: 3 } }];
    const [finding] = await found({ tasks: [task('a', {}), task('b', { goals })] });
    assert.match(finding!, /^error unreachable .*line 2, task b, goal call turn: .*no such arguments/);
    const tools = `jam: { description: 'Jams.', inputSchema: key, execute: () => { throw new Error('It is stuck.'); } }`;
    const jammed = [task('a', { goals: [{ call: 'jam', arguments: { key: 'x' } }] })];
    const [stuck] = await found({ tools, tasks: jammed });
    assert.match(stuck!, /^warning not-reached .*goal call jam: .*It is stuck\./);
  });

  it('finds tasks that stand in two splits', async () => {
    const same = { instructions: 'Turn the lamp on.' };
    const [finding] = await found({ tasks: [task('a', same), task('b', { ...same, split: 'test' })] });
    assert.match(
      finding!,
      /^error shared-task .*task b: it asks in test for what .*task a asks for in train/,
    );
  });

  it('finds calls that do not give the same twice', async () => {
    const tools = `count: { description: 'Counts.', inputSchema: { type: 'object', properties: {} }, readOnly: true, execute: () => ++counted },`;
    const findings = await found({ tools }, 'let counted = 0;');
    assert.match(findings[0]!, /^error not-repeatable tool count: .*answered 1, then 2/);
    assert.match(findings[1]!, /^note unneeded-tool tool count: /);
  });

  it('finds schemas that a provider refuses', async () => {
    const tool = (schema: string) =>
      `odd: { description: 'Odd.', inputSchema: ${schema}, readOnly: true, execute: () => 'x' }`;
    for (const [schema, expected] of [
      [
        `{ type: 'object', anyOf: [{ required: [] }] }`,
        /^error combined-arguments tool odd, field inputSchema/,
      ],
      [
        `{ type: 'object', properties: { 'a b': { type: 'string' } } }`,
        /^error field-name .*inputSchema\.a b/,
      ],
      [`{ type: 'object', properties: { l: { type: 'array' } } }`, /^error no-items .*inputSchema\.l/],
      [
        `{ type: 'object', properties: { n: { enum: [1, 2] } } }`,
        /^warning enum-of-no-texts .*inputSchema\.n/,
      ],
      [`{ type: 'object', properties: { x: {} } }`, /^warning no-type .*inputSchema\.x/],
    ] as const)
      assert.match((await found({ tools: tool(schema) }))[0]!, expected);
  });

  it('tells what cannot be loaded or read as a finding', async () => {
    const [unknown] = await found({ tasks: [task('a', { goals: [{ call: 'fly' }] })] });
    assert.match(unknown!, /^error bad-input .*there is no tool fly/);
    const { findings } = await checkEnvironment({ module: join(folder, 'nowhere.mjs') });
    assert.deepEqual(
      findings.map(({ code }) => code),
      ['bad-module'],
    );
  });
});
