import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { JuxtaError } from '../../base/errors.ts';
import { checkModuleHash, moduleHash } from './module-hash.ts';

test('a module that has changed since is told of; a built-in environment has none', t => {
  const folder = mkdtempSync(join(tmpdir(), 'juxta-module-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const module = join(folder, 'own.ts');
  writeFileSync(module, 'export default 1;');
  const before = moduleHash({ module });
  assert.match(before!, /^[0-9a-f]{64}$/);
  checkModuleHash({ module }, before);
  writeFileSync(module, 'export default 2;');
  assert.throws(
    () => checkModuleHash({ module }, before),
    (thrown: unknown) => thrown instanceof JuxtaError && thrown.code === 'changed-environment',
  );
  assert.equal(moduleHash({ name: 'hamlet' }), undefined);
  checkModuleHash({ name: 'hamlet' }, undefined);
});
