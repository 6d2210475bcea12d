import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { openToolwoz } from '../../environments/toolwoz/environment.ts';
import { folderWith, sampleFiles } from '../../environments/toolwoz/sample.ts';
import { compareTasks, replayCalls } from './conformance.ts';

const shared = join(process.env.JUXTA_SHARED ?? '../shared', 'data');
const golden = join(shared, 'toolwoz');
const data = join(shared, 'multiwoz-2.1', 'MultiWOZ_2.1_val_test.zip');
const skip = existsSync(golden) && existsSync(data) ? false : `${golden} is not there`;
const unpacked = (name: string): string => gunzipSync(readFileSync(join(golden, name))).toString();

test('every recorded call returns, reaches and earns what it did in the reference', { skip }, async () => {
  assert.deepEqual(await replayCalls(join(golden, 'golden_calls_val.jsonl.gz'), { data }), {
    matched: 4758,
    mismatches: [],
  });
});

test('every validation task is the reference’s', { skip }, async () => {
  assert.deepEqual(await compareTasks(join(golden, 'expected_tasks_val.json.gz'), { data }), {
    matched: 793,
    mismatches: [],
  });
});

test('a recorded result that differs is named with its sequence and field', { skip }, async t => {
  const line = unpacked('golden_calls_val.jsonl.gz').split('\n')[0]!;
  const changed = line
    .replace('"rows":[["hotel",1]]', '"rows":[["hotel",2]]')
    .replace('"failed":[]', '"failed":["book_hotel"]');
  const folder = await folderWith(t, {
    'calls.jsonl': [line, changed, line.replace('"task":"MUL0013.json"', '"task":"none"')].join('\n'),
    'golden_db_rows.json.gz': readFileSync(join(golden, 'golden_db_rows.json.gz')),
  });
  const { matched, mismatches } = await replayCalls(join(folder, 'calls.jsonl'), { data });
  assert.equal(matched, 1);
  assert.equal(mismatches.length, 3);
  assert.match(mismatches[0]!, /^val\/MUL0013.json\/0, turns.0.calls.0: expected .*alexander.*, got .*acorn/);
  assert.match(mismatches[1]!, /normal.failed: expected \["book_hotel"\], got \[\]/);
  assert.match(mismatches[2]!, /task: expected "none", got null/);
});

test('a recorded task that differs is named with its field', { skip }, async t => {
  const tasks = JSON.parse(unpacked('expected_tasks_val.json.gz'));
  tasks.tasks['MUL0013.json'].hotel.success.search_hotel.return_rows = [0];
  delete tasks.tasks['MUL0016.json'].restaurant;
  tasks.ids.pop();
  const file = join(await folderWith(t, { 'tasks.json': tasks }), 'tasks.json');
  const { matched, mismatches } = await compareTasks(file, { data });
  assert.equal(matched, 791);
  assert.match(
    mismatches[0]!,
    /^split val, ids: expected no more at position 792, got \S+\.json \(792 ids expected, 793 there\)$/,
  );
  assert.match(mismatches[1]!, /^MUL0013.json, hotel.success: expected .*"return_rows":\[0\].*, got /);
  assert.match(mismatches[2]!, /^MUL0016.json, domains: expected \[\S*\], got \[\S*"restaurant"/);
});

test('a list of all test tasks is the full test split, whatever the recording calls it', {
  skip,
}, async t => {
  const environment = await openToolwoz({ data });
  const ids = environment.tasks('full_test').map(({ id }) => id);
  const files = {
    'all.json': { format: 'toolwoz-expected-tasks/1', split: 'test', ids: ids.with(3, 'other'), tasks: {} },
    'some.json': { format: 'toolwoz-expected-tasks/1', split: 'test', ids: ids.slice(0, 450), tasks: {} },
  };
  const folder = await folderWith(t, files);
  const all = await compareTasks(join(folder, 'all.json'), { data });
  assert.equal(
    all.mismatches[0],
    `split full_test, ids: expected other at position 3, got ${ids[3]} (805 ids expected, 805 there)`,
  );
  const some = await compareTasks(join(folder, 'some.json'), { data });
  assert.doesNotMatch(some.mismatches[0]!, /^split/);
});

test('recordings that are broken are named with their line or field', async t => {
  const files = {
    ...sampleFiles,
    'golden_db_rows.json.gz': gzipSync('{"format":"toolwoz-db-rows/1","rows":{}}'),
    'bad.jsonl': '{"id": "x", "task": 3}\n',
    'cut.jsonl': '\n{"id": \n',
    'cut.jsonl.gz': gzipSync('{"id": "x"}'.repeat(100)).subarray(0, 30),
    'empty.jsonl': '',
    'tasks.json': { format: 'toolwoz-expected-tasks/1', split: 'val', ids: [], tasks: { a: { hotel: {} } } },
    'other.json': { format: 'other' },
    'train.json': { format: 'toolwoz-expected-tasks/1', split: 'train', ids: [], tasks: {} },
  };
  const folder = await folderWith(t, files);
  const refused = (run: typeof replayCalls, file: string, message: RegExp) =>
    assert.rejects(run(join(folder, file), { data: folder }), { name: 'BadInputError', message });
  const mismatched = async (file: string, message: RegExp) => {
    const { matched, mismatches } = await replayCalls(join(folder, file), { data: folder });
    assert.deepEqual([matched, mismatches.length], [0, 1]);
    assert.match(mismatches[0]!, message);
  };
  await mismatched('bad.jsonl', /bad.jsonl:1, field task: /);
  await mismatched('cut.jsonl', /cut.jsonl:2: not valid JSON/);
  await refused(replayCalls, 'cut.jsonl.gz', /cut.jsonl.gz: /);
  await refused(replayCalls, 'empty.jsonl', /empty.jsonl: the file is empty/);
  await refused(replayCalls, 'none.jsonl', /none.jsonl: /);
  await refused(compareTasks, 'tasks.json', /tasks.json, field tasks.a.hotel.success: /);
  await refused(compareTasks, 'other.json', /other.json, field format: /);
  await refused(compareTasks, 'train.json', /train.json, split: the data has no split named train/);
  await refused(compareTasks, 'none.json', /none.json: there is no such file/);
});
