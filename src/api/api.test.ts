import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type ScriptedServer, startScriptedServer } from '../models/testing/scripted-server.ts';
import { tinyBase, tinyDataset } from '../train/embedded/testing.ts';
import { writeData } from '../train/trl/data.ts';
import { exportData, treesOf } from './data.ts';
import { compareRuns, evaluate } from './evaluate.ts';
import { openModel } from './models.ts';
import { rollout } from './rollout.ts';
import { selftrain } from './selftrain.ts';
import { train } from './train.ts';

/** Three tasks; the state of the second is none. */
const shaky = `
import { called, defineEnvironment } from 'juxta';
export default defineEnvironment({
  name: 'shaky',
  systemPrompt: 'You look things up.',
  tasks: ['a', 'b', 'c'].map(id => ({
    id, split: 'train', instructions: 'x', script: ['Look it up.', 'Again.', 'Thanks, bye.'], goals: [called('look', { id })],
  })),
  state: task => { if (task.id === 'b') throw new Error('the shelf fell down'); return {}; },
  tools: {
    look: { description: 'Looks.', inputSchema: { type: 'object', properties: { id: { type: 'string' } } }, execute: ({ id }) => id },
  },
});`;

describe('what the commands do, from code', () => {
  const folder = mkdtempSync(join(tmpdir(), 'juxta-api-'));
  const environment = join(folder, 'shaky.ts');
  let server: ScriptedServer;
  let players: { readonly folder: string; readonly environment: string; readonly model: string };
  before(async () => {
    writeFileSync(environment, shaky);
    server = await startScriptedServer({
      policy: ({ messages }, seed) =>
        messages.at(-1)?.role === 'tool'
          ? { text: 'Here it is.' }
          : { toolCalls: [{ name: 'look', arguments: JSON.stringify({ id: 'abc'[seed % 3] }) }] },
    });
    players = { folder, environment, model: `${server.baseUrl}#scripted` };
  });
  after(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  it('rolls out what can be played, keeps it though a module throws half-way, and exports it', async () => {
    const seen: string[] = [];
    const { run, trees, environmentFaults } = await rollout(
      { ...players, search: { beam: 4 } },
      { onProgress: ({ stage, done, total }) => seen.push(`${stage} ${done}/${total}`) },
    );
    assert.deepEqual([trees, environmentFaults], [3, 1]);
    assert.equal(seen.at(-1), 'roll out 3/3');
    const stored = await Array.fromAsync(treesOf(run, { folder }));
    assert.deepEqual(
      stored.map(({ task, fault }) => [task, fault?.message]),
      [
        ['a', undefined],
        ['b', 'the shelf fell down'],
        ['c', undefined],
      ],
    );
    const { files } = await exportData({ run, folder, format: 'trl-sft', out: join(folder, 'sft') });
    assert.equal(files[0]!.rows, stored.filter(({ reward }) => reward === 1).length);
  });

  it('stops when the signal fires, and goes on from there', async () => {
    const stop = new AbortController();
    const settings = { ...players, split: 'train', limits: { parallel: 1 } };
    const stopped = evaluate(settings, {
      signal: stop.signal,
      onProgress: ({ done }) => {
        if (done === 1) stop.abort();
      },
    });
    await assert.rejects(stopped, { code: 'interrupted' });
    const { run, results } = await evaluate({ folder, resume: 'evaluate-1' });
    assert.equal(run, 'evaluate-1');
    const { n, faults } = results.greedy!;
    assert.deepEqual([n, faults], [2, { 'environment-fault': 1 }]);
    const again = await evaluate(settings);
    const { success, faulty } = await compareRuns(run, again.run, { folder });
    assert.deepEqual([success.difference.value, success.pairs, faulty], [0, 2, 1]);
  });

  it('trains on exported data, and names the model that comes of it', async () => {
    const { path } = await tinyBase(folder);
    const sft = join(folder, 'tiny.jsonl');
    await writeData(tinyDataset(8), 'sft', sft, 1);
    const settings = { folder, model: path, threads: 1, hyperparameters: { epochs: 1, batchSize: 4 } };
    const { run, losses } = await train({ ...settings, data: { sft } });
    assert.ok(losses.length > 0);
    assert.equal((await openModel(`embedded:${run}`, { folder })).id, `embedded:${run}`);
  });

  it('says what is wrong before a run begins', async () => {
    const nowhere = mkdtempSync(join(tmpdir(), 'juxta-api-'));
    const at = { ...players, folder: nowhere };
    await assert.rejects(rollout({ ...at, split: 'dev' }), { code: 'unknown-split' });
    await assert.rejects(rollout({ ...at, environment: 'elsinore' }), { code: 'unknown-environment' });
    await assert.rejects(rollout({ ...at, user: 'goal' }), { code: 'no-user-model' });
    await assert.rejects(rollout({ ...at, model: 'groq:llama' }), { code: 'missing-provider' });
    await assert.rejects(evaluate({ ...at, environmentOptions: { level: 1 } }), {
      code: 'bad-environment-option',
    });
    await assert.rejects(train({ folder: nowhere, data: { sft: '/nowhere/sft.jsonl' } }), /nowhere/);
    await assert.rejects(selftrain({ folder: nowhere, model: `${server.baseUrl}#scripted` }), {
      code: 'not-trainable',
    });
    await assert.rejects(compareRuns('a', 'b', { folder: nowhere }), { code: 'no-project' });
    await assert.rejects(exportData({ run: 'rollout-9', folder, format: 'trl-sft', out: 'x' }), {
      code: 'unknown-run',
    });
    rmSync(nowhere, { recursive: true });
  });
});
