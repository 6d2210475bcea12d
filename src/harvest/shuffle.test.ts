import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { shuffler } from './shuffle.ts';

describe('the external shuffle', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'juxta-shuffle-test-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const lines = Array.from({ length: 2000 }, (_, i) => `line ${i} \u2028 ${'x'.repeat(i % 50)}`);
  const shuffled = async (seed: number, memory?: number) => {
    const shuffle = shuffler(seed, memory, folder);
    for (const line of lines) await shuffle.add(line);
    const result: string[] = [];
    for await (const line of shuffle.lines()) result.push(line);
    await shuffle.close();
    return result;
  };

  it('gives the same order however little memory it has, and leaves no files', async () => {
    const inMemory = await shuffled(1);
    for (const memory of [40_000, 500]) assert.deepEqual(await shuffled(1, memory), inMemory);
    assert.deepEqual(await readdir(folder), []);
    assert.deepEqual(inMemory.toSorted(), lines.toSorted());
  });

  it('gives another order for another seed, far from the old one', async () => {
    const [one, two] = [await shuffled(1), await shuffled(2)];
    const agree = (a: readonly string[], b: readonly string[]) => a.filter((line, i) => line === b[i]).length;
    assert.ok(agree(one, two) < 20 && agree(one, lines) < 20);
  });
});
