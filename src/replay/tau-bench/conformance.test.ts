import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readLines } from '../../base/json-lines.ts';
import { replayTau } from './conformance.ts';

const data = join(process.env.JUXTA_SHARED ?? '../shared', 'data', 'tau-bench');
const skip = existsSync(data) ? false : `there is no ${data}`;
const every = Number(process.env.JUXTA_TAU_EVERY ?? 5);

for (const domain of ['retail', 'airline'] as const) {
  for (const file of ['golden_calls', 'golden_replays']) {
    test(`${domain} does what the original was recorded doing in ${file}`, { skip }, async () => {
      const result = await replayTau(domain, join(data, domain, `${file}.jsonl.gz`), { data, every });
      assert.deepEqual(result.mismatches, []);
      assert.equal(result.matched, result.records);
      assert.ok(result.records > 0);
      // Python's own error texts need not be the same, but they are.
      assert.equal(result.pythonSpecific.exact, result.pythonSpecific.calls);
    });
  }
}

for (const [domain, runs] of [
  ['retail', 94],
  ['airline', 35],
] as const) {
  const file = join(data, domain, 'golden_runs.jsonl.gz');
  test(`${domain} conversations and searches go as they went in the JOSH repository`, {
    skip: existsSync(file) ? false : `${file} is not there`,
  }, async () => {
    const { matched, mismatches } = await replayTau(domain, file, { data });
    assert.deepEqual(mismatches, []);
    assert.equal(matched, runs);
  });
}

test('a conversation that differs is told with what differs', { skip }, async t => {
  const runs = (await Array.fromAsync(readLines(join(data, 'retail', 'golden_runs.jsonl.gz')))).map(line =>
    JSON.parse(line),
  );
  const conversation = runs.find(({ result }) => result.messages);
  const search = runs.find(({ result }) => result.examples);
  const folder = await mkdtemp(join(tmpdir(), 'juxta-golden-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'runs.jsonl');
  const spoiled = [
    { ...conversation, result: { ...conversation.result, reward: 0.5 } },
    { ...conversation, result: { ...conversation.result, messages: [] } },
    { ...conversation, asked: conversation.asked.slice(1) },
    { ...conversation, index: 999 },
    { ...search, result: { ...search.result, examples: [] } },
    { ...search, result: { ...search.result, reward: 0.25 } },
  ];
  await writeFile(file, spoiled.map(run => JSON.stringify(run)).join('\n'));
  const { matched, mismatches } = await replayTau('retail', file, { data });
  assert.equal(matched, 0);
  const told = [
    /: reward: /,
    /: messages: /,
    /: lengths of requests/,
    /no task 999/,
    /: examples: /,
    /: reward: /,
  ];
  assert.equal(mismatches.length, told.length);
  for (const [i, pattern] of told.entries()) assert.match(mismatches[i]!, pattern);
});

const pristine = 'ae10e8a7f23bedf88c90a528efa2d59d27cae24b5ce1f0d28768b39257bf9f0d';
const call = (changes: object = {}) => ({
  name: 'think',
  kwargs: { thought: 'x' },
  observation: '',
  done: false,
  ...changes,
});
const record = (changes: object = {}) => ({ id: 'r', calls: [call()], dbSha256: pristine, ...changes });
const episode = (changes: object = {}) => ({
  name: 'noActions',
  script: [{ respond: 'Hello', userReply: '###STOP###' }],
  reward: 0,
  info: { r_actions: 0 },
  ...changes,
});
/** A record of one task, with an episode of it. */
const replayed = (truth: Truth, changes: object = {}) =>
  record({ ...truth, split: 'train', taskIndex: 0, episodes: [episode(changes)], ...changes });
type Truth = { readonly calls: readonly object[]; readonly dbSha256: string };
const truthOf = async (): Promise<Truth> => {
  for await (const line of readLines(join(data, 'retail', 'golden_replays.jsonl.gz'))) {
    const { id, calls, dbSha256 } = JSON.parse(line) as Truth & { readonly id: string };
    if (id === 'retail/train/0') return { calls, dbSha256 };
  }
  throw new Error('the recordings have no such task');
};

test('every difference is reported with the record it is in', { skip }, async t => {
  const folder = await mkdtemp(join(tmpdir(), 'juxta-golden-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'golden.jsonl');
  const replay = async (...records: readonly object[]) => {
    const lines = records.map(one => JSON.stringify(one).replace('"r_actions":0', '"r_actions":0.0'));
    await writeFile(file, lines.join('\n'));
    return replayTau('retail', file, { data });
  };
  const missing = { name: 'think', kwargs: {}, observation: 'Error: in other words', done: false };
  const python = { ...missing, pythonSpecific: true, pyException: 'TypeError' };
  const truth = await truthOf();
  const good = await replay(record(), record({ calls: [python] }), replayed(truth));
  assert.deepEqual(good, {
    records: 3,
    matched: 3,
    mismatches: [],
    pythonSpecific: { calls: 1, exact: 0 },
  });
  const bad = await replay(
    record({ calls: [call({ observation: 'hm' })] }),
    record({ calls: [missing] }),
    record({ calls: [call({ done: true })] }),
    record({ calls: [call({ raises: 'ValidationError', pythonSpecific: true })] }),
    record({ calls: [call({ raises: 'ValidationError' })] }),
    record({ calls: [{ ...python, pyException: undefined }] }),
    record({ calls: [{ ...python, observation: '{}' }] }),
    record({ dbSha256: 'x' }),
    replayed(truth, { reward: 1 }),
    replayed(truth, { info: { r_actions: 1 } }),
    replayed(truth, { taskIndex: 999 }),
    replayed(truth, { taskIndex: 1 }),
    replayed(truth, { script: [{ gt: 999 }] }),
    record({ calls: 'none' }),
    [],
  );
  assert.equal(bad.matched, 0);
  assert.deepEqual(bad.mismatches, [
    'r: call 0: expected hm, got ',
    "r: call 0: expected Error: in other words, got Error: Think.invoke() missing 1 required positional argument: 'thought'",
    'r: call 0: expected done true',
    'r: call 0: expected an exception, got ',
    'r: call 0: pythonSpecific, raises and pyException are at odds',
    'r: call 0: pythonSpecific, raises and pyException are at odds',
    "r: call 0: expected {}, got Error: Think.invoke() missing 1 required positional argument: 'thought'",
    `r: the database differs: dbSha256 is ${pristine}`,
    'r: noActions: reward is 0',
    'r: noActions: expected {"r_actions": 1}, got {"r_actions": 0.0}',
    `${file}:11, field taskIndex: there is no task 999 of train`,
    `${file}:12, field taskIndex: the calls are not the ground truth of retail/train/1`,
    `${file}:13, field episodes[0].script[0].gt: retail/train/0 has no action 999`,
    `${file}:14, field calls: expected a list`,
    `${file}:15: expected an object`,
  ]);
  await writeFile(file, `{"id": 5\n${JSON.stringify(record())}`);
  const { matched, mismatches } = await replayTau('retail', file, { data });
  assert.equal(matched, 1);
  assert.match(mismatches[0]!, /golden.jsonl:1, line 1, character \d+: .*not JSON/);
});

test('a call that raised must end the conversation, and no other may', { skip }, async t => {
  const folder = await mkdtemp(join(tmpdir(), 'juxta-golden-'));
  t.after(() => rm(folder, { recursive: true }));
  const lines: string[] = [];
  for await (const line of readLines(join(data, 'airline', 'golden_calls.jsonl.gz'))) {
    if (!line.includes('"raises"')) continue;
    const without = (field: string): string => line.replace(new RegExp(`, ?"${field}": ?("[^"]*"|true)`), '');
    lines.push(line, without('raises'), without('pythonSpecific'), line.replace('"raises"', '"pyException"'));
    break;
  }
  const file = join(folder, 'golden.jsonl');
  await writeFile(file, lines.join('\n'));
  const { matched, mismatches } = await replayTau('airline', file, { data });
  assert.equal(matched, 1);
  assert.deepEqual(
    mismatches.map(text => text.replace(/^.*?: call \d+: /, '')),
    [
      'pythonSpecific, raises and pyException are at odds',
      'pythonSpecific, raises and pyException are at odds',
      'expected null, got an exception',
    ],
  );
});
