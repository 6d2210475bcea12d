import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { DataSet } from './data-set.ts';

/** Git's id of a content. */
export const blobOf = (bytes: Uint8Array): string =>
  createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');

/** Large enough to arrive in several chunks. */
export const big = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7 + (i >> 8)) & 0xff));
export const small = Buffer.from('{"a": 1}\n');

/** A small data set for tests. */
export const dataSet: DataSet = {
  name: 'sample',
  folder: 'sample',
  licence: 'none',
  files: [
    { repository: 'o/r', commit: 'c1', path: 'data/big.zip', target: 'big.zip', blob: blobOf(big) },
    {
      repository: 'o/r',
      commit: 'c1',
      path: 'db/small.json',
      target: 'inner/small.json',
      blob: blobOf(small),
    },
  ],
  inPlaceOf: { 'big.zip': 'data.json' },
};

/** A folder that is gone when the test ends. */
export const emptyFolder = async (t: TestContext): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'juxta-data-'));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
};
