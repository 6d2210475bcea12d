import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { serve } from './serving.ts';

it('a full disk under the log of the serving command is reported, and ends nothing', async context => {
  if (!existsSync('/dev/full')) return context.skip('this system has none');
  const folder = await mkdtemp(join(tmpdir(), 'juxta-serving-'));
  context.after(() => rm(folder, { recursive: true }));
  await symlink('/dev/full', join(folder, 'serve.log'));
  const told: string[] = [];
  const served = { id: 'round-1', name: 'http://127.0.0.1:9/v1#round-1', path: folder, base: 'base', folder };
  const serving = serve(served, { command: 'echo loading; exit 3', timeoutSeconds: 1 }, text =>
    told.push(text),
  );
  await assert.rejects(serving, { code: 'serving-failed', message: /round-1 failed: it ended with code 3/ });
  assert.match(told.join('\n'), /serve\.log cannot be written: .*ENOSPC/);
});
