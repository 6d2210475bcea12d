import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import type { Environment } from '../environment.ts';
import type { TravelState } from '../travel/environment.ts';
import { query } from '../travel/query.ts';
import { referenceRules } from '../travel/rules.ts';
import { callOf } from '../travel/sample.ts';
import { idColumn } from '../travel/table.ts';
import type { TravelGoal, TravelTask } from '../travel/task.ts';
import { openToolwoz } from './environment.ts';
import { fileText, folderWith, sampleDialogue, sampleFiles } from './sample.ts';

type Toolwoz = Environment<TravelTask, TravelState, TravelGoal>;

const bytesOf = (content: unknown): Uint8Array => new TextEncoder().encode(fileText(content));

test('a folder, its inner folder, a zip, a zip in a folder and gzipped files are all the same', async t => {
  const plain = await folderWith(t, sampleFiles);
  const under = (folder: string) =>
    Object.fromEntries(Object.entries(sampleFiles).map(([name, content]) => [`${folder}/${name}`, content]));
  const zip = zipSync(
    Object.fromEntries(Object.entries(under('Any Name')).map(([name, content]) => [name, bytesOf(content)])),
  );
  const { 'data.json': data, ...rest } = sampleFiles;
  const zipped = await folderWith(t, { 'MultiWOZ_2.1.zip': zip });
  const places = [
    await folderWith(t, under('MULTIWOZ2.1')),
    join(zipped, 'MultiWOZ_2.1.zip'),
    zipped,
    await folderWith(t, { ...rest, 'data.json.gz': gzipSync(bytesOf(data)) }),
  ];
  const expected = (await openToolwoz({ data: plain })).tasks('val');
  for (const place of places) assert.deepEqual((await openToolwoz({ data: place })).tasks('val'), expected);
});

test('tasks are taken by range, and the same task is the same object', async t => {
  const ids = ['A.json', 'B.json', 'C.json', 'D.json'];
  const files = {
    ...sampleFiles,
    'data.json': Object.fromEntries(ids.map(id => [id, sampleDialogue])),
    'valListFile.json': ids.join('\n'),
  };
  const environment = await openToolwoz({ data: await folderWith(t, files) });
  const range = environment.tasks('val', { start: 1, count: 2 });
  assert.deepEqual(
    range.map(({ id }) => id),
    ['B.json', 'C.json'],
  );
  assert.equal(range[0], environment.tasks('val')[1]);
  assert.match(environment.notes![0]!, /no split `train`/);
  assert.throws(() => environment.tasks('train'), { code: 'unknown-split' });
});

test('what does not fit is named: the file, the dialogue, the field', async t => {
  const goal = (changes: object) => ({
    'B.json': { ...sampleDialogue, goal: { ...(sampleDialogue.goal as object), ...changes } },
  });
  const cases: [file: string, content: unknown, message: RegExp][] = [
    ['data.json', undefined, /no data.json in it/],
    ['data.json', '', /data.json: the file is empty/],
    ['data.json', '{"B.json": ', /data.json: not JSON/],
    ['data.json', {}, /there are no dialogues/],
    ['data.json', [], /data.json: Invalid input: expected record/],
    ['data.json', { 'B.json': 3 }, /data.json, B.json: Invalid input: expected object/],
    ['data.json', { 'B.json': { goal: {} } }, /data.json, B.json, field log: /],
    ['data.json', goal({ hotel: 'yes' }), /data.json, B.json, goal.hotel: /],
    ['data.json', goal({ hotel: { info: 'x' } }), /data.json, B.json, goal.hotel, field info: /],
    ['data.json', goal({ hotel: { reqt: [1] } }), /data.json, B.json, goal.hotel, field reqt\[0\]: /],
    ['data.json', goal({ message: 3 }), /data.json, B.json, field goal.message: /],
    [
      'data.json',
      { 'B.json': { ...sampleDialogue, log: [{ metadata: { hotel: { book: { booked: 3 } } } }] } },
      /data.json, B.json, metadata.hotel, field book.booked: /,
    ],
    ['hotel_db.json', undefined, /no hotel_db.json in it/],
    ['hotel_db.json', [], /hotel_db.json: Too small/],
    ['train_db.json', [{ trainID: 'TR1' }, 'x'], /train_db.json, field \[1\]: /],
    ['train_db.json', [{ trainID: 'TR1' }, { day: 'monday' }], /train_db.json, record 1: it has no trainID/],
    ['testListFile.json', undefined, /no testListFile.json/],
  ];
  for (const [file, content, message] of cases) {
    const data = await folderWith(t, { ...sampleFiles, [file]: content });
    await assert.rejects(openToolwoz({ data }), { name: 'BadInputError', message });
  }
});

test('without data the error says how to get it', { concurrency: false }, async t => {
  const folder = await folderWith(t, {});
  const before = process.env.JUXTA_SHARED;
  const home = process.cwd();
  t.after(() => {
    process.chdir(home);
    if (before === undefined) delete process.env.JUXTA_SHARED;
    else process.env.JUXTA_SHARED = before;
  });
  process.chdir(folder);
  process.env.JUXTA_SHARED = join(folder, 'none');
  await assert.rejects(openToolwoz(), { code: 'no-data', hint: /juxta data pull toolwoz/ });
});

const shared = join(process.env.JUXTA_SHARED ?? '../shared', 'data');
const skip = existsSync(join(shared, 'multiwoz-2.1')) ? false : `${shared}/multiwoz-2.1 is not there`;
const data = join(shared, 'multiwoz-2.1', 'MultiWOZ_2.1_val_test.zip');

let opened: Promise<Toolwoz> | undefined;
/** Opened once for the tests that only read. */
const reference = (): Promise<Toolwoz> => {
  opened ??= openToolwoz({ data });
  return opened;
};

/** Makes calls one after the other and gives the reward; a call is made from what the one before returned. */
const play = async (
  environment: Toolwoz,
  task: TravelTask,
  body: (call: (name: string, args: unknown) => Promise<unknown>) => Promise<void>,
) => {
  let state = environment.start(task);
  await body(async (name, args) => {
    const outcome = await environment.call(task, state, callOf(name, args));
    state = outcome.state;
    return outcome.record.returned;
  });
  return environment.outcome(task, state, []);
};

const groundTruth = (environment: Toolwoz, task: TravelTask) =>
  play(environment, task, async call => {
    for (const { tool, arguments: args } of environment.goals(task)) await call(tool, args);
  });

/** What an agent reaches that does for each topic exactly what the agenda's user asks for. */
const perfectAgent = (environment: Toolwoz, task: TravelTask) =>
  play(environment, task, async call => {
    for (const { domain, inform, book } of task.agenda!.topics) {
      const found = (await call(`search_${domain}`, inform)) as Record<string, unknown> | null;
      const key = idColumn(domain);
      if (book && found) await call(`book_${domain}`, { ...book, [key]: found[key] });
    }
  });

test('MultiWOZ’s validation and test tasks load in under two seconds of one core', { skip }, async () => {
  const before = process.cpuUsage();
  const environment = await openToolwoz({ data });
  const counts = environment.splits.map(split => [split, environment.tasks(split).length]);
  assert.ok(process.cpuUsage(before).user < 2_000_000);
  assert.deepEqual(Object.fromEntries(counts), {
    val: 793,
    test: 450,
    full_test: 805,
    'val-train': 634,
    'val-gate': 159,
  });
  assert.ok(environment.tasks('test').every(({ domains }) => domains.length === 2));
});

test('ground-truth calls earn on validation what they earned the reference', { skip }, async () => {
  const environment = await reference();
  const rewards = await Promise.all(environment.tasks('val').map(task => groundTruth(environment, task)));
  const ceiling = JSON.parse(readFileSync(join(shared, 'toolwoz/ceiling_val.json'), 'utf8')).all
    .ground_truth_calls;
  const mean = rewards.reduce((sum, reward) => sum + reward, 0) / rewards.length;
  assert.equal(Number(mean.toFixed(6)), ceiling.mean_reward);
  const success = rewards.filter(reward => reward === 1).length / rewards.length;
  assert.equal(Number(success.toFixed(6)), ceiling.success_rate);
});

test('who follows the agenda falls behind only where no search can find what the human booked', {
  skip,
}, async () => {
  const environment = await reference();
  const behind: TravelTask[] = [];
  for (const task of environment.tasks('val'))
    if ((await perfectAgent(environment, task)) < (await groundTruth(environment, task))) behind.push(task);
  assert.equal(behind.length, 26);
  for (const { domains, database } of behind) {
    const found = ({ domain, search, book }: (typeof domains)[number]) =>
      !book ||
      query(database[domain]!, search!, referenceRules).some(row => row[idColumn(domain)] === book.uniqueId);
    assert.equal(domains.every(found), false);
  }
});

test('under the corrected rules more can be reached, and first choices fail', { skip }, async () => {
  const plain = await reference();
  const corrected = await openToolwoz({ data, rules: 'corrected' });
  const failing = async (environment: Toolwoz, task: TravelTask) => {
    const firsts = task.agenda!.topics.filter(({ firstInform }) => firstInform);
    const found = await Promise.all(
      firsts.map(({ domain, firstInform }) =>
        environment.call(task, null, callOf(`search_${domain}`, firstInform)),
      ),
    );
    return found.filter(({ record }) => record.returned === null).length;
  };
  const sum = async (of: (task: TravelTask) => Promise<number>) =>
    (await Promise.all(plain.tasks('val').map(of))).reduce((total, value) => total + value, 0);
  const [mended, published] = [
    await sum(task => groundTruth(corrected, task)),
    await sum(task => groundTruth(plain, task)),
  ];
  assert.ok(mended > published + 6);
  assert.equal(await sum(task => failing(plain, task)), 194);
  assert.equal(await sum(task => failing(corrected, task)), 314);
});
