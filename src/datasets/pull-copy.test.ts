import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { pull } from '../runs/data-sets.ts';
import { pullDataSet } from './pull.ts';
import { blobOf, dataSet, emptyFolder, small } from './sample.ts';

const shared = join(process.env.JUXTA_SHARED ?? '../shared', 'data');

test('a local zip is copied file by file; what cannot be checked is noted', async t => {
  const to = await emptyFolder(t);
  const from = join(await emptyFolder(t), 'copy.zip');
  await writeFile(from, zipSync({ 'any/data.json': small, 'any/inner/small.json': small }));
  const { files, notes } = await pullDataSet(dataSet, { from, to });
  assert.deepEqual(files, [
    { file: 'data.json', how: 'copied', checked: false },
    { file: 'inner/small.json', how: 'copied', checked: true },
  ]);
  assert.equal(notes.length, 1);
  assert.match(notes[0]!, /data.json was taken as it is from .*copy.zip:any\/data.json/);
});

test('the published zip itself is taken as a whole, and gives the files beside it too', async t => {
  const to = await emptyFolder(t);
  const zip = zipSync({ 'any/inner/small.json': small, 'any/data.json': small });
  const from = join(await emptyFolder(t), 'big.zip');
  await writeFile(from, zip);
  const [first, second] = dataSet.files;
  const published = { ...dataSet, files: [{ ...first!, blob: blobOf(zip) }, second!] };
  const { files, notes } = await pullDataSet(published, { from, to });
  assert.deepEqual(
    files.map(({ file, checked }) => [file, checked]),
    [
      ['big.zip', true],
      ['inner/small.json', true],
    ],
  );
  assert.deepEqual(notes, []);
});

test('a local folder in the layout of a mirror will do, and its files may be gzipped', async t => {
  const to = await emptyFolder(t);
  const from = await emptyFolder(t);
  await mkdir(join(from, 'o/r/c1/data'), { recursive: true });
  await mkdir(join(from, 'o/r/c1/db'));
  await writeFile(join(from, 'o/r/c1/data/big.zip'), zipSync({}));
  await writeFile(join(from, 'o/r/c1/db/small.json.gz'), gzipSync(small));
  await assert.rejects(pullDataSet(dataSet, { from, to }), { code: 'bad-download' });
  await rm(join(from, 'o/r/c1/data/big.zip'));
  await assert.rejects(pullDataSet(dataSet, { from, to }), {
    code: 'not-found',
    message: /has no big.zip/,
    hint: /Everything else is in its place/,
  });
  assert.deepEqual(await readFile(join(to, 'inner/small.json')), small);
});

test('data sets and sources that do not exist are refused', async t => {
  await assert.rejects(pull('toolvoz'), { code: 'unknown-data-set', hint: /toolwoz, tau-bench/ });
  const from = join(await emptyFolder(t), 'nowhere');
  await assert.rejects(pull('toolwoz', { from, to: await emptyFolder(t) }), { code: 'bad-input' });
  await assert.rejects(pullDataSet(dataSet, { from: await emptyFolder(t), to: await emptyFolder(t) }), {
    code: 'not-found',
    hint: /^Nothing was copied/,
  });
});

const sharedZip = join(shared, 'multiwoz-2.1/MultiWOZ_2.1_val_test.zip');
const without = (path: string) => (existsSync(path) ? false : `${path} is not there`);

test('the shared MultiWOZ zip fills the data folder', { skip: without(sharedZip) }, async t => {
  const to = await emptyFolder(t);
  const { files, notes } = await pull('toolwoz', { from: sharedZip, to });
  assert.deepEqual(
    files.filter(({ checked }) => !checked).map(({ file }) => file),
    ['data.json'],
  );
  assert.equal(files.length, 10);
  assert.equal(notes.length, 2);
  assert.match(notes.join(), /data\.json was taken as it is[\s\S]*without it there is no split paper-train/);
});

const sharedMtBench = join(shared, 'mt-bench');

test('the shared copy of mt-bench has the published content', { skip: without(sharedMtBench) }, async t => {
  const { files } = await pull('mt-bench', { from: sharedMtBench, to: await emptyFolder(t) });
  assert.equal(files.filter(({ checked }) => checked).length, 3);
});

test('a copy of tau2-bench without one file is told so', {
  skip: without(join(shared, 'tau2-bench')),
}, async t => {
  await assert.rejects(pull('tau2-bench', { from: join(shared, 'tau2-bench'), to: await emptyFolder(t) }), {
    code: 'not-found',
    message: /has no airline\/db.json$/,
  });
});
