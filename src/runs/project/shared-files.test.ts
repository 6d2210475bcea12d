import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { RunFiles } from '../../store/store.ts';
import { fetchFiles, keepFiles } from './shared-files.ts';

const inMemory = (): RunFiles => {
  const kept = new Map<string, Uint8Array>();
  const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
  return {
    save: async (run, path, bytes) => void kept.set(`${run} ${path}`, bytes),
    read: async (run, path) => kept.get(`${run} ${path}`),
    list: async run =>
      [...kept]
        .filter(([key]) => key.startsWith(`${run} `))
        .map(([key, bytes]) => ({ path: key.slice(run.length + 1), sha256: sha256(bytes) })),
  };
};

const folderOf = (t: TestContext, files: Readonly<Record<string, string>>): string => {
  const folder = mkdtempSync(join(tmpdir(), 'juxta-files-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'round-1'));
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
  return folder;
};

test('only files that are new or have changed are kept again, and no logs', async t => {
  const folder = folderOf(t, { 'round-1/weights': 'a', card: 'b', 'train.log': 'c' });
  const files = inMemory();
  assert.deepEqual(await keepFiles(files, 'r', folder), ['card', 'round-1/weights']);
  writeFileSync(join(folder, 'card'), 'changed');
  assert.deepEqual(await keepFiles(files, 'r', folder), ['card']);
});

test('what a folder lacks is fetched, and what it has stays', async t => {
  const files = inMemory();
  await keepFiles(files, 'r', folderOf(t, { 'round-1/weights': 'a', card: 'b' }));
  const other = folderOf(t, { card: 'its own' });
  await fetchFiles(files, 'r', other);
  assert.equal(readFileSync(join(other, 'round-1/weights'), 'utf8'), 'a');
  assert.equal(readFileSync(join(other, 'card'), 'utf8'), 'its own');
});

test('a file that is too large for the store stays where it is, with a warning', async t => {
  const folder = folderOf(t, { merged: 'x'.repeat(11), small: 'y' });
  const warn = t.mock.method(process, 'emitWarning', () => undefined);
  assert.deepEqual(await keepFiles(inMemory(), 'r', folder, 10), ['small']);
  assert.match(String(warn.mock.calls[0]?.arguments[0]), /merged stays on this machine/);
});
