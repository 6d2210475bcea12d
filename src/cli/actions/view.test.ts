import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { JuxtaError } from '../../base/errors.ts';
import { projectWithRuns } from '../../view/viewer/project.testing.ts';
import { openViewer } from '../../view/viewer/viewer.ts';
import { start, temporaryFolder, until } from '../testing.ts';

test('the page is shown until Ctrl-C, at the address that --json tells', async t => {
  execFileSync(process.execPath, [fileURLToPath(new URL('../../../scripts/build-page.js', import.meta.url))]);
  const folder = temporaryFolder(t);
  await projectWithRuns(folder);
  const running = start(folder, 'view', '--port', '0', '--key', 'let-me-in', '--json');
  let printed = '';
  running.child.stdout!.on('data', (text: string) => {
    printed += text;
  });
  t.after(() => running.child.kill('SIGKILL'));
  assert.ok(await until(running, () => printed.endsWith('\n')));
  const { url } = JSON.parse(printed) as { readonly url: string };
  assert.match(url, /\?key=let-me-in$/);
  const response = await fetch(new URL('/runs/rollout-1', url), {
    headers: { cookie: 'juxta-key=let-me-in' },
  });
  assert.match(await response.text(), /<div id="root">/);
  assert.match(response.headers.get('content-security-policy')!, /script-src 'self'/);
  running.child.kill('SIGINT');
  const { code, stderr } = await running.ended;
  assert.equal(code, 0);
  assert.match(stderr, /runs are shown at http:\S+; end with Ctrl-C/);
});

test('beyond this machine nothing is shown without a key', async t => {
  await assert.rejects(
    openViewer({ folder: temporaryFolder(t), host: '0.0.0.0' }),
    (thrown: unknown) => thrown instanceof JuxtaError && thrown.code === 'key-required',
  );
});
