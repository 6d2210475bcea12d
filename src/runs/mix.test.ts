import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { mixIn } from './mix.ts';

const folder = mkdtempSync(join(tmpdir(), 'juxta-mix-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, rows: number): string => {
  const path = join(folder, `${name}.jsonl`);
  writeFileSync(path, Array.from({ length: rows }, (_, i) => `{"row":"${name}${i}"}\n`).join(''));
  return path;
};
const rowsOf = (path: string): string[] =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map(line => (JSON.parse(line) as { row: string }).row);
const own = file('own', 12);
const earlier = [file('a', 10), file('b', 10), join(folder, 'none.jsonl')];
const out = join(folder, 'out', 'mixed.jsonl');
const plan = { own, earlier, seed: 1, shuffled: false, out };

test('a share of the mixed rows is drawn from all earlier rounds, the own ones are all there', async () => {
  assert.equal(await mixIn({ ...plan, share: 0.4 }), 8);
  const rows = rowsOf(out);
  assert.equal(rows.length, 20);
  assert.equal(new Set(rows).size, 20);
  assert.deepEqual(rows.slice(0, 12), rowsOf(own));
  assert.ok(rows.some(row => row.startsWith('a')) && rows.some(row => row.startsWith('b')));
});

test('with too few earlier rows all of them are taken, and a seed makes the same file again', async () => {
  assert.equal(await mixIn({ ...plan, share: 0.9, shuffled: true }), 20);
  const first = rowsOf(out);
  assert.notDeepEqual(first.slice(0, 12), rowsOf(own));
  await mixIn({ ...plan, share: 0.9, shuffled: true });
  assert.deepEqual(rowsOf(out), first);
});

test('before there is an earlier round, or with no share, the rows are as they were', async () => {
  assert.equal(await mixIn({ ...plan, earlier: [], share: 0.5 }), 0);
  assert.deepEqual(rowsOf(out), rowsOf(own));
  assert.equal(await mixIn({ ...plan, share: 0 }), 0);
});
