import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { JuxtaError } from '../base/errors.ts';
import { writeStarter } from './starter.ts';

test('a starter is written once; what is there already is never overwritten', t => {
  const folder = mkdtempSync(join(tmpdir(), 'juxta-starter-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'package.json'), '{}');
  const { written, keptManifest } = writeStarter(folder);
  assert.deepEqual([written.includes('package.json'), keptManifest], [false, true]);
  for (const name of written) assert.ok(existsSync(join(folder, name)), name);
  writeFileSync(join(folder, 'returns.ts'), 'mine');
  const isRefusal = (thrown: unknown): boolean =>
    thrown instanceof JuxtaError && thrown.code === 'would-overwrite' && /returns\.ts/.test(thrown.message);
  assert.throws(() => writeStarter(folder), isRefusal);
  assert.equal(readFileSync(join(folder, 'returns.ts'), 'utf8'), 'mine');
  const fresh = join(folder, 'My Agent');
  writeStarter(fresh);
  const { name, type } = JSON.parse(readFileSync(join(fresh, 'package.json'), 'utf8')) as {
    name: string;
    type: string;
  };
  assert.deepEqual([name, type], ['my-agent', 'module']);
});
