/** τ-bench through the command line, offline: a scripted endpoint plays the ground truth, the user speaks from it. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openEnvironment } from '../environments/open.ts';
import { definitionNamed } from '../environments/registry.ts';
import { openTau } from '../environments/tau-bench/open.ts';
import type { TauTask } from '../environments/tau-bench/task.ts';
import { openTau2 } from '../environments/tau-bench/tau2/open.ts';
import { type ScriptedPolicy, startScriptedServer } from '../models/testing/scripted-server.ts';
import { groundTruthPolicy } from '../players/tau/agent/model.testing.ts';
import { standInPython } from '../train/trl/testing/stand-in.ts';
import {
  type Ended,
  juxta,
  objectOf,
  rowsIn,
  shared,
  temporaryFolder,
  withoutShared,
  wordsOf,
} from './testing.ts';

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
  assert.match(wordsOf(plain), /database only/);
  const judged = await juxta(folder, ...evaluate, '--judge', judge);
  assert.doesNotMatch(wordsOf(judged), /database only/);
  const wins = (run: Ended) =>
    (objectOf(run).greedy as { averageReward: number }).averageReward * tasks.length;
  const asserted = tasks.filter(task => environment.criteria!(task).length > 0).length;
  assert.equal(Math.round(wins(plain) - wins(judged)), asserted);
});

/** Plays the ground truth badly under its first name, and well under the name of an adapter that is being served. */
const trainable = async (
  t: { after(done: () => Promise<void>): void },
  environment: string,
  served: () => string,
): Promise<string> => {
  const { purposes } = definitionNamed(environment);
  const world = await openEnvironment({ name: environment });
  const tasks = Object.values(purposes).flatMap(split => world.tasks(split) as readonly TauTask[]);
  const [weak, strong] = [0.6, 0].map(errorRate => groundTruthPolicy({ tasks, errorRate }));
  return endpoint(t, (request, seed) => {
    if (request.model === 'scripted') return weak!(request, seed);
    assert.ok(served().includes(request.model), `no model ${request.model}`);
    return strong!(request, seed);
  });
};

for (const [environment, agent] of [
  ['tau-retail', 'react'],
  ['tau-airline', 'function-calling'],
] as const)
  test(`${environment} self-trains the agent ${agent} through all stages, each on its own tasks`, {
    skip,
  }, async t => {
    const folder = temporaryFolder(t);
    const list = join(folder, 'served.txt');
    writeFileSync(list, '');
    const model = await trainable(t, environment, () => readFileSync(list, 'utf8'));
    const python = standInPython(join(folder, 'python'));
    const players = ['--environment', environment, '--agent', agent, '--model', model, '--user', 'script'];
    const trainer = ['--trainer', 'trl', '--python', python, '--base', 'org/base', '--method', 'kto'];
    const sizes = ['--tasks', '4', '--test-tasks', '8', '--gate-tasks', '4', '--beam', '4'];
    const command = `echo "$JUXTA_MODEL" >> '${list}'`;
    const rest = ['--min-reward', '0.1', '--serve-command', command, '--sample-seeds', '--json'];
    const ended = await juxta(folder, 'selftrain', ...players, ...trainer, ...sizes, ...rest);
    assert.equal(ended.code, 0, ended.stderr);
    const { before, after } = objectOf(ended) as unknown as Record<
      'before' | 'after',
      Record<'greedy' | 'sampled', { readonly averageReward: number; readonly n: number }>
    >;
    assert.equal(before.sampled.n, 8);
    assert.ok(
      after.sampled.averageReward > before.sampled.averageReward,
      `${before.sampled.averageReward} → ${after.sampled.averageReward}`,
    );
    const { purposes } = definitionNamed(environment);
    const world = await openEnvironment({ name: environment });
    const idsIn = (split: string) => new Set(world.tasks(split).map(({ id }) => id));
    for (const [split, stage] of [
      [purposes.gate, 'gate before, sampled'],
      [purposes.test, 'before, sampled'],
      [purposes.test, 'after, greedy'],
    ] as const) {
      const played = rowsIn(folder, 'SELECT task FROM evaluations WHERE stage = ?', stage);
      assert.equal(played.length, split === purposes.gate ? 4 : 8, stage);
      for (const { task } of played) assert.ok(idsIn(split).has(String(task)), `${task} is not in ${split}`);
    }
    const trained = rowsIn(folder, "SELECT task FROM trees WHERE stage = 'round 1: roll out'");
    assert.ok(trained.length > 0 && trained.every(({ task }) => idsIn(purposes.train).has(String(task))));
    const run = join(folder, '.juxta/runs/selftrain-1');
    const card = readFileSync(join(run, 'round-1/dataset/kto/README.md'), 'utf8');
    assert.match(card, /license: mit/);
    assert.ok(existsSync(join(run, 'report.html')));
  });
