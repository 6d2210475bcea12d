import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readLines } from '../../base/json-lines.ts';
import { replayRuns } from './runs.ts';

const shared = join(process.env.JUXTA_SHARED ?? '../shared', 'data');
const golden = join(shared, 'toolwoz/golden_runs_val.jsonl.gz');
const data = join(shared, 'multiwoz-2.1/MultiWOZ_2.1_val_test.zip');
const skip = existsSync(golden) && existsSync(data) ? false : `${golden} or ${data} is not there`;

const every = Number(process.env.JUXTA_RUNS_EVERY ?? 4);

for (const [name, runs] of [
  ['golden_runs_val', 260],
  ['golden_runs_hard_val', 920],
] as const) {
  test(`conversations and searches of the reference go as they went there, in ${name}`, {
    skip,
  }, async () => {
    const { matched, mismatches } = await replayRuns(join(shared, `toolwoz/${name}.jsonl.gz`), {
      data,
      every,
    });
    assert.deepEqual(mismatches, []);
    assert.equal(matched, Math.ceil(runs / every));
  });
}

test('a search whose first round broke is read, even where the record holds nothing but that', {
  skip,
}, async t => {
  const lines = await Array.fromAsync(readLines(join(shared, 'toolwoz/golden_runs_hard_val.jsonl.gz')));
  const broken = lines
    .map(line => JSON.parse(line))
    .filter(run => run.mode === 'josh' && run.result.raises)
    .map(run => ({ ...run, result: { raises: run.result.raises } }));
  const folder = mkdtempSync(join(tmpdir(), 'juxta-runs-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'runs.jsonl');
  writeFileSync(file, broken.map(run => JSON.stringify(run)).join('\n'));
  const { matched, mismatches } = await replayRuns(file, { data });
  assert.deepEqual([matched, mismatches], [broken.length, []]);
  assert.ok(matched > 0);
});

test('whether a run raised is compared, and what cannot be read as a run is a mismatch', {
  skip,
}, async () => {
  const lines = await Array.fromAsync(readLines(golden));
  const raised = JSON.parse(lines.find(line => line.includes('"raises"'))!);
  const calm = JSON.parse(lines.find(line => !line.includes('"raises"'))!);
  const { raises, ...rest } = raised.result;
  const { failed: _, ...failedMissing } = calm.result;
  const runs = [
    { ...raised, result: { ...raised.result, raises: `Other${raises}` } },
    { ...raised, result: rest },
    { ...calm, result: { ...calm.result, raises } },
    { ...calm, result: failedMissing },
    { ...calm, mode: 'other' },
  ];
  const file = join(mkdtempSync(join(tmpdir(), 'juxta-runs-')), 'runs.jsonl');
  writeFileSync(file, runs.map(run => JSON.stringify(run)).join('\n'));
  const { matched, mismatches } = await replayRuns(file, { data });
  assert.equal(matched, 1);
  const told = [/: raised: expected …false…/, /: raised: expected …true…/, /: failed: /, /:5, field mode: /];
  assert.equal(mismatches.length, told.length);
  for (const [i, pattern] of told.entries()) assert.match(mismatches[i]!, pattern);
});

test('a reward, a message or a request that differs is told of', { skip }, async () => {
  const lines = await Array.fromAsync(readLines(golden));
  const conversation = JSON.parse(lines[0]!);
  const search = JSON.parse(lines.at(-1)!);
  const spoiled = [
    { ...conversation, result: { ...conversation.result, reward: 0.25 } },
    { ...conversation, result: { ...conversation.result, messages: [0] } },
    { ...conversation, asked: conversation.asked.slice(1) },
    {
      ...conversation,
      llm: { ...conversation.llm, agent: { '': [...conversation.llm.agent[''], { content: 'Bye.' }] } },
    },
    { ...search, result: { ...search.result, training_examples: [] } },
    { ...search, task: 'none' },
  ];
  const file = join(mkdtempSync(join(tmpdir(), 'juxta-runs-')), 'runs.jsonl');
  writeFileSync(file, spoiled.map(run => JSON.stringify(run)).join('\n'));
  const { matched, mismatches } = await replayRuns(file, { data });
  assert.equal(matched, 0);
  const told = [
    /: reward: expected …0.25…/,
    /: messages:/,
    /: lengths of requests/,
    /: 1 of \d+ replies of agent "" are left over/,
    /: examples:/,
    /no task none/,
  ];
  for (const [i, pattern] of told.entries()) assert.match(mismatches[i]!, pattern);
});
