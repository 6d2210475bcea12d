import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
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
const replayed = (changes: object = {}) =>
  record({ split: 'test', taskIndex: 0, episodes: [episode(changes)], ...changes });

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
  const good = await replay(record(), record({ calls: [{ ...missing, pythonSpecific: true }] }), replayed());
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
    record({ calls: [call({ raises: 'ValidationError' })] }),
    record({ dbSha256: 'x' }),
    replayed({ reward: 1 }),
    replayed({ info: { r_actions: 1 } }),
    replayed({ taskIndex: 999 }),
  );
  assert.equal(bad.matched, 0);
  assert.deepEqual(bad.mismatches, [
    'r: call 0: expected hm, got ',
    "r: call 0: expected Error: in other words, got Error: Think.invoke() missing 1 required positional argument: 'thought'",
    'r: call 0: expected done true',
    'r: call 0: expected , got ',
    `r: the database differs: dbSha256 is ${pristine}`,
    'r: noActions: reward is 0',
    'r: noActions: expected {"r_actions": 1}, got {"r_actions": 0.0}',
    'r: there is no such task',
  ]);
  await writeFile(file, '{"id": 5');
  await assert.rejects(replayTau('retail', file, { data }), {
    message: /golden.jsonl, line 1, line 1, character/,
  });
});
