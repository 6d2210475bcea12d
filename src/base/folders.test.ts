import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { makePath } from './folders.ts';

test('a folder is made with those above it, and stays if it is there', t => {
  const root = mkdtempSync(join(tmpdir(), 'juxta-folders-'));
  t.after(() => rmSync(root, { recursive: true }));
  const deep = join(root, 'a', 'b', 'c');
  makePath(deep);
  makePath(deep);
  assert.ok(statSync(deep).isDirectory());
  writeFileSync(join(root, 'file'), '');
  assert.throws(() => makePath(join(root, 'file')), { code: 'EEXIST' });
  assert.throws(() => makePath(join(root, 'file', 'below')), { code: 'EEXIST' });
});

const proc = existsSync('/proc/self') ? false : 'this system has no /proc';

test('where nobody can make one, that is said at once', { skip: proc, timeout: 5000 }, () => {
  assert.throws(() => makePath('/proc/juxta/data'), { code: 'ENOENT' });
});
