import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { random } from '../base/random.ts';
import { shuffler } from './shuffle.ts';

describe('the shuffle', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'juxta-shuffle-test-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const rows = Array.from({ length: 2000 }, (_, i) => `row ${i} \u2028 é🏨 ${'x'.repeat(i % 50)}`);
  const shuffled = async (seed: number) => {
    const shuffle = shuffler(seed, folder);
    for (const row of rows) await shuffle.add(row);
    const result: string[] = [];
    for await (const row of shuffle.rows()) result.push(row);
    await shuffle.close();
    return result;
  };

  it('orders rows by the keys that the seed draws for them, and leaves no files', async () => {
    const draws = random(1, 'shuffle');
    const keyed = rows.map(row => ({ row, key: draws.next() }));
    const expected = keyed.sort((a, b) => a.key - b.key).map(({ row }) => row);
    assert.deepEqual(await shuffled(1), expected);
    assert.deepEqual(await readdir(folder), []);
  });

  it('gives another order for another seed, far from the old one', async () => {
    const [one, two] = [await shuffled(1), await shuffled(2)];
    const agree = (a: readonly string[], b: readonly string[]) => a.filter((row, i) => row === b[i]).length;
    assert.ok(agree(one, two) < 20 && agree(one, rows) < 20);
  });

  it('holds no rows in memory: those that were added stand in a file', async () => {
    const shuffle = shuffler(1, folder);
    const row = 'x'.repeat(1 << 20);
    for (let i = 0; i < 8; i++) await shuffle.add(row);
    const [made] = await readdir(folder);
    const [file] = await readdir(join(folder, made!));
    const { size } = await stat(join(folder, made!, file!));
    await shuffle.close();
    assert.equal(size, 8 * (row.length + 1));
  });

  it('gives nothing of nothing, and closes at any time', async () => {
    const shuffle = shuffler(1, folder);
    for await (const row of shuffle.rows()) assert.fail(row);
    await shuffle.close();
    const abandoned = shuffler(1, folder);
    await abandoned.add('a');
    await abandoned.close();
    assert.deepEqual(await readdir(folder), []);
  });
});
