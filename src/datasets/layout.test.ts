import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { openLayout, readJson, singleFile } from './layout.ts';
import { emptyFolder } from './sample.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('files are found by name in folders, in inner folders and in zips, the folder coming first', async t => {
  const folder = await emptyFolder(t);
  await mkdir(join(folder, 'inner/deep'), { recursive: true });
  await writeFile(join(folder, 'inner/deep/a.json'), '"deep"');
  await writeFile(join(folder, 'inner/a.json'), '"shallow"');
  await writeFile(join(folder, 'inner/c.json.gz'), gzipSync('"gzipped"'));
  await writeFile(
    join(folder, 'all.zip'),
    zipSync({
      'M/a.json': bytes('"zipped"'),
      'M/b.json': bytes('"only here"'),
      '__MACOSX/d.json': bytes('1'),
    }),
  );
  const layout = openLayout(folder);
  const read = (...names: string[]) => {
    const file = layout.find(...names);
    return file && readJson(file);
  };
  assert.equal(read('a.json'), 'shallow');
  assert.equal(read('deep/a.json'), 'deep');
  assert.equal(read('M/a.json'), 'zipped');
  assert.equal(read('b.json'), 'only here');
  assert.equal(read('x.json', 'c.json'), 'gzipped');
  assert.equal(read('d.json'), undefined);
  assert.equal(layout.find('b.json')?.where, `${join(folder, 'all.zip')}:M/b.json`);
});

test('what cannot be opened or read is named', async t => {
  const folder = await emptyFolder(t);
  const cut = join(folder, 'cut.zip');
  const zip = zipSync({ 'a.json': bytes('1') });
  await writeFile(cut, zip.subarray(0, zip.length - 30));
  assert.throws(() => openLayout(cut), { name: 'BadInputError', where: cut, message: /not a zip/ });
  assert.throws(() => openLayout(join(folder, 'none')), {
    name: 'BadInputError',
    message: /no such file or folder/,
  });
  assert.throws(() => singleFile(join(folder, 'none')), { name: 'BadInputError', message: /no such file/ });

  const file = join(folder, 'file.json');
  const packed = join(folder, 'file.json.gz');
  await writeFile(packed, 'not gzip');
  assert.throws(() => readJson(singleFile(packed)), { where: packed, message: /not gzip/ });
  await writeFile(file, ' \n');
  assert.throws(() => readJson(singleFile(file)), { where: file, message: /is empty/ });
  await writeFile(file, '{"a": ');
  assert.throws(() => readJson(singleFile(file)), { where: file, message: /not JSON/ });
  await writeFile(file, Buffer.from([0x22, 0xff, 0x22]));
  assert.throws(() => readJson(singleFile(file)), { where: file, message: /not text in UTF-8/ });
});
