/** τ-bench through the command line, offline: a scripted endpoint plays the ground truth, the user speaks from it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openTau } from '../environments/tau-bench/open.ts';
import { openTau2 } from '../environments/tau-bench/tau2/open.ts';
import { type ScriptedPolicy, startScriptedServer } from '../models/testing/scripted-server.ts';
import { groundTruthPolicy } from '../players/tau/agent/model.testing.ts';
import { type Ended, juxta, objectOf, shared, temporaryFolder, withoutShared } from './testing.ts';

const tauData = join(shared, 'data', 'tau-bench');
const tau2Data = join(shared, 'data', 'tau2-bench');
const skip = withoutShared;
const TASKS = 20;

const endpoint = async (t: { after(done: () => Promise<void>): void }, policy: ScriptedPolicy) => {
  const server = await startScriptedServer({ policy });
  t.after(() => server.close());
  return `${server.baseUrl}#scripted`;
};

test('a search over retail tasks finds golden paths, and exports them with their tools', {
  skip,
}, async t => {
  const folder = temporaryFolder(t);
  const tasks = (await openTau('retail', { data: tauData })).tasks('test', { count: TASKS });
  const model = await endpoint(t, groundTruthPolicy({ tasks, errorRate: 0.15 }));
  const where = ['--environment', 'tau-retail', '--data', tauData, '--split', 'test'];
  const options = ['--tasks', String(TASKS), '--model', model, '--user', 'script', '--sample-seeds'];
  const rollout = await juxta(folder, 'rollout', ...where, ...options, '--json');
  assert.equal(rollout.code, 0, rollout.stderr);
  assert.ok((objectOf(rollout).full as number) >= TASKS / 2);
  for (const kind of ['sft', 'kto']) {
    const out = join(folder, kind);
    const format = ['--format', `trl-${kind}`, '--filters', 'malformed-calls'];
    const exported = await juxta(folder, 'export', '--run', 'rollout-1', ...format, '--out', out);
    assert.equal(exported.code, 0, exported.stderr);
    const rows = readFileSync(join(out, `${kind}.jsonl`), 'utf8')
      .trim()
      .split('\n');
    assert.ok(rows.length > 0);
    const { tools } = JSON.parse(rows[0]!) as { tools: unknown[] };
    assert.equal(tools.length, 16);
  }
});

test('a judge decides the assertions of τ²-bench; without one a result is labelled', { skip }, async t => {
  const folder = temporaryFolder(t);
  const environment = await openTau2('retail', { data: tau2Data });
  const index = environment.tasks('base').findIndex(task => environment.criteria!(task).length > 0);
  const tasks = environment.tasks('base', { count: index + 1 });
  const judge = await endpoint(t, ({ messages }) => {
    const asked = messages.at(-1)?.content ?? '';
    return { text: JSON.stringify([...asked.matchAll(/^\d+\. /gm)].map(() => false)) };
  });
  const played = [
    '--environment',
    'tau2-retail',
    '--data',
    tau2Data,
    '--split',
    'base',
    '--agent',
    'ground-truth',
  ];
  const evaluate = ['evaluate', ...played, '--tasks', String(tasks.length), '--json'];
  const plain = await juxta(folder, ...evaluate);
  assert.match(plain.stdout, /database only/);
  const judged = await juxta(folder, ...evaluate, '--judge', judge);
  assert.doesNotMatch(judged.stdout, /database only/);
  const wins = (run: Ended) =>
    (objectOf(run).greedy as { averageReward: number }).averageReward * tasks.length;
  const asserted = tasks.filter(task => environment.criteria!(task).length > 0).length;
  assert.equal(Math.round(wins(plain) - wins(judged)), asserted);
});
