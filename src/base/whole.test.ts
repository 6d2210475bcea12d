import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { unfinished, writeWhole } from './whole.ts';

const folder = await mkdtemp(join(tmpdir(), 'juxta-whole-'));
after(() => rm(folder, { recursive: true }));

it('what cannot be written whole leaves the old as it was, and nothing beside it', async () => {
  const file = join(folder, 'deep', 'record.json');
  await writeWhole(file, 'old');
  await assert.rejects(
    writeWhole(file, async partial => {
      await writeFile(partial, 'half of the ne');
      throw new Error('the disk is full');
    }),
    /disk is full/,
  );
  assert.equal(await readFile(file, 'utf8'), 'old');
  await writeWhole(file, 'new');
  assert.equal(await readFile(file, 'utf8'), 'new');
  assert.deepEqual(await readdir(join(folder, 'deep')), ['record.json']);
});

it('two who write the same file at once do not write into each other’s', async () => {
  const file = join(folder, 'shared');
  const [one, two] = [unfinished(file), unfinished(file)];
  await writeFile(one.partial, 'one');
  await writeFile(two.partial, 'two');
  await one.commit();
  assert.equal(await readFile(file, 'utf8'), 'one');
  await two.discard();
  assert.equal(await readFile(file, 'utf8'), 'one');
});

it('a folder gets its name with all that is in it', async () => {
  const model = join(folder, 'model');
  await writeWhole(model, async partial => {
    await mkdir(partial);
    await writeFile(join(partial, 'config.json'), '{}');
  });
  assert.deepEqual(await readdir(model), ['config.json']);
});
