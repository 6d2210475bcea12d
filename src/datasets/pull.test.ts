import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { pullDataSet } from './pull.ts';
import type { PullProgress } from './pulled.ts';
import { ofRelease } from './release.ts';
import { big, blobOf, dataSet, emptyFolder, hostOf, serve, small } from './sample.ts';

const contents: Readonly<Record<string, Buffer>> = {
  '/o/r/c1/data/big.zip': big,
  '/o/r/c1/db/small.json': small,
};

/** A host of the sample's files. */
const honest = hostOf(url => contents[url]);

test('a download arrives whole, is checked, and tells how far it is', async t => {
  const to = await emptyFolder(t);
  const seen: PullProgress[] = [];
  const result = await pullDataSet(dataSet, {
    from: await serve(t, honest),
    to,
    onProgress: progress => seen.push(progress),
  });
  assert.deepEqual(
    result.files.map(({ file, how, checked }) => [file, how, checked]),
    [
      ['big.zip', 'downloaded', true],
      ['inner/small.json', 'downloaded', true],
    ],
  );
  assert.deepEqual(await readFile(join(to, 'big.zip')), big);
  assert.deepEqual(await readFile(join(to, 'inner/small.json')), small);
  const ofBig = seen.filter(({ file }) => file === 'big.zip');
  assert.deepEqual(ofBig.at(0), { file: 'big.zip', bytes: 0, total: big.length });
  assert.deepEqual(ofBig.at(-1), { file: 'big.zip', bytes: big.length, total: big.length });
  assert.ok(ofBig.length > 2);
});

test('what is there already and right is not asked for again', async t => {
  const to = await emptyFolder(t);
  await pullDataSet(dataSet, { from: await serve(t, honest), to });
  const again = await pullDataSet(dataSet, { from: 'http://127.0.0.1:1', to });
  assert.deepEqual(
    again.files.map(({ how }) => how),
    ['present', 'present'],
  );
});

test('a file that was changed is fetched again', async t => {
  const to = await emptyFolder(t);
  const from = await serve(t, honest);
  await pullDataSet(dataSet, { from, to });
  await writeFile(join(to, 'big.zip'), 'changed');
  await pullDataSet(dataSet, { from, to });
  assert.deepEqual(await readFile(join(to, 'big.zip')), big);
});

test('a connection that breaks leaves a part from which the next call goes on', async t => {
  const to = await emptyFolder(t);
  const ranges: (string | undefined)[] = [];
  let broken = false;
  const from = await serve(t, (request, response) => {
    if (request.url?.endsWith('big.zip')) ranges.push(request.headers.range);
    if (broken) return honest(request, response);
    broken = true;
    response.writeHead(200, { 'content-length': big.length });
    response.write(big.subarray(0, 100_000), () => response.destroy());
  });
  await assert.rejects(pullDataSet(dataSet, { from, to }), {
    code: 'network',
    message: /broke off after \d+ bytes/,
  });
  assert.equal(existsSync(join(to, 'big.zip')), false);
  const kept = (await readFile(join(to, 'big.zip.part'))).length;
  assert.ok(kept > 0 && kept <= 100_000);

  await pullDataSet(dataSet, { from, to });
  assert.deepEqual(await readFile(join(to, 'big.zip')), big);
  assert.equal(existsSync(join(to, 'big.zip.part')), false);
  assert.deepEqual(ranges, [undefined, `bytes=${kept}-`]);
});

test('a server that ignores ranges sends all again and the old part is dropped', async t => {
  const to = await emptyFolder(t);
  await writeFile(join(to, 'big.zip.part'), big.subarray(0, 5000));
  const from = await serve(t, (request, response) => {
    response.end(contents[request.url ?? '']);
  });
  await pullDataSet(dataSet, { from, to });
  assert.deepEqual(await readFile(join(to, 'big.zip')), big);
});

test('a part that is complete already is only checked', async t => {
  const to = await emptyFolder(t);
  await writeFile(join(to, 'big.zip.part'), big);
  await pullDataSet(dataSet, { from: await serve(t, honest), to });
  assert.deepEqual(await readFile(join(to, 'big.zip')), big);
});

test('a part longer than the file is dropped', async t => {
  const to = await emptyFolder(t);
  await writeFile(join(to, 'big.zip.part'), Buffer.concat([big, big]));
  await pullDataSet(dataSet, { from: await serve(t, honest), to });
  assert.deepEqual(await readFile(join(to, 'big.zip')), big);
});

for (const [kind, sent] of [
  ['truncated', big.subarray(0, 200_000)],
  ['corrupted', Buffer.concat([big.subarray(0, 9), Buffer.from([big[9]! ^ 1]), big.subarray(10)])],
  ['empty', Buffer.alloc(0)],
] as const) {
  test(`a file that came ${kind} is refused and nothing of it is kept`, async t => {
    const to = await emptyFolder(t);
    const from = await serve(t, (_request, response) => void response.end(sent));
    await assert.rejects(pullDataSet(dataSet, { from, to }), {
      code: 'bad-download',
      message: new RegExp(`big.zip is not what was published: its blob id is ${blobOf(sent)}`),
    });
    assert.equal(existsSync(join(to, 'big.zip')), false);
    assert.equal(existsSync(join(to, 'big.zip.part')), false);
  });
}

test('a part of something else does not survive the check', async t => {
  const to = await emptyFolder(t);
  const from = await serve(t, honest);
  await writeFile(join(to, 'big.zip.part'), Buffer.alloc(5000, 1));
  await assert.rejects(pullDataSet(dataSet, { from, to }), { code: 'bad-download' });
  await pullDataSet(dataSet, { from, to });
  assert.deepEqual(await readFile(join(to, 'big.zip')), big);
});

test('a file that the mirror lacks is named with the layout that mirrors have', async t => {
  const from = await serve(t, (_request, response) => void response.writeHead(404).end('no'));
  await assert.rejects(pullDataSet(dataSet, { from, to: await emptyFolder(t) }), {
    code: 'not-found',
    message: `${from}/o/r/c1/data/big.zip does not exist`,
    hint: /<mirror>\/<owner>/,
  });
});

test('any other refusal is reported with its status', async t => {
  const from = await serve(t, (_request, response) => void response.writeHead(503).end('no'));
  await assert.rejects(pullDataSet(dataSet, { from, to: await emptyFolder(t) }), {
    code: 'http',
    message: /503/,
  });
});

test('without a network the error says what to do', async t => {
  await assert.rejects(pullDataSet(dataSet, { from: 'http://127.0.0.1:1', to: await emptyFolder(t) }), {
    code: 'network',
    message: /cannot be reached/,
    hint: /--from/,
  });
});

test('an abort stops a download and keeps its part', async t => {
  const to = await emptyFolder(t);
  const controller = new AbortController();
  const from = await serve(t, (_request, response) => {
    response.writeHead(200, { 'content-length': big.length });
    response.write(big.subarray(0, 100_000));
  });
  const part = join(to, 'big.zip.part');
  const abortWhenWritten = setInterval(() => existsSync(part) && controller.abort(), 5);
  t.after(() => clearInterval(abortWhenWritten));
  await assert.rejects(pullDataSet(dataSet, { from, to, signal: controller.signal }), { name: 'AbortError' });
  assert.equal(existsSync(part), true);
});

test('a folder that cannot be written is named', async t => {
  const to = join(await emptyFolder(t), 'file');
  await writeFile(to, '');
  await assert.rejects(pullDataSet(dataSet, { from: await serve(t, honest), to: join(to, 'inner') }), {
    code: 'cannot-write',
  });
});

test('another release is asked for by its tag, goes to a folder of its own, and is not checked', async t => {
  const folder = await emptyFolder(t);
  const released = { ...dataSet, release: '1' };
  assert.equal(ofRelease(released, '1'), released);
  const second = ofRelease(released, 'v2.0');
  assert.equal(second.folder, 'sample@v2.0');
  const other = Buffer.from('other');
  const from = await serve(
    t,
    hostOf(url => (url.startsWith('/o/r/v2.0/') ? other : undefined)),
  );
  const pulled = await pullDataSet(second, { from, to: folder });
  assert.deepEqual(
    pulled.files.map(({ how, checked }) => [how, checked]),
    [
      ['downloaded', false],
      ['downloaded', false],
    ],
  );
  assert.match(pulled.notes.at(-1)!, /release v2\.0 .*not checked/);
  assert.deepEqual(await readFile(join(folder, 'big.zip')), other);
  const again = await pullDataSet(second, { from: 'http://127.0.0.1:1', to: folder });
  assert.deepEqual(
    again.files.map(({ how, checked }) => [how, checked]),
    [
      ['present', false],
      ['present', false],
    ],
  );
});

test('a data set of one release, and what can be no tag, are refused', () => {
  assert.throws(() => ofRelease(dataSet, '2'), { code: 'bad-option', message: /one release only/ });
  for (const name of ['../x', 'a/b', '.', ''])
    assert.throws(() => ofRelease({ ...dataSet, release: '1' }, name), {
      code: 'bad-option',
      message: /no name/,
    });
});

test('a file that the data set can do without may be missing, at a host or in a copy, and what it was for is told', async t => {
  const extra = {
    repository: 'o/r',
    commit: 'c1',
    path: 'ids.json',
    target: 'ids.json',
    blob: blobOf(small),
  };
  const set = { ...dataSet, files: [dataSet.files[1]!, { ...extra, onlyFor: 'the split extra' }] };
  const [first, second] = [await emptyFolder(t), await emptyFolder(t)];
  const pulled = await pullDataSet(set, { from: await serve(t, honest), to: first });
  assert.match(pulled.notes.join(), /has no ids\.json; without it there is no split extra/);
  const copied = await pullDataSet(set, { from: first, to: second });
  assert.match(copied.notes.join(), /has no ids\.json; without it there is no split extra/);
  assert.ok(!existsSync(join(second, 'ids.json')));
});
