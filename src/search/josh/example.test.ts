import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';

/** The example in the doc comment of `josh`, as a program. */
const example = (): string => {
  const source = readFileSync(new URL('./josh.ts', import.meta.url), 'utf8');
  const [, comment = ''] = /@example\n([\s\S]*?)\n \*\//.exec(source) ?? [];
  return comment.replaceAll(/^ \* ?/gm, '');
};

test('the example of the doc comment searches a game that has nothing to do with dialogue', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'juxta-example-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const index = new URL('../../index.ts', import.meta.url).href;
  const file = join(folder, 'example.mjs');
  writeFileSync(file, example().replace("from 'juxta'", `from ${JSON.stringify(index)}`));
  const log = t.mock.method(console, 'log', () => undefined);
  await import(pathToFileURL(file).href);
  assert.deepEqual(
    log.mock.calls.map(({ arguments: said }) => said),
    [[1, ' L LR LRR']],
  );
});
