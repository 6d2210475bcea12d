import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { it } from 'node:test';
import { temporaryFolder } from '../embedded/testing.ts';
import { pythonLauncher } from './launcher.ts';
import { mergeAdapter } from './merge.ts';
import { standInPython } from './testing/stand-in.ts';

it('merges an adapter into its base, whole or not at all', async context => {
  const folder = await temporaryFolder();
  context.after(() => rm(folder, { recursive: true }));
  const launcher = pythonLauncher(standInPython(join(folder, 'python')));
  const adapter = { id: 'round-1', path: join(folder, 'adapter') };
  const output = join(folder, 'merged');
  await mkdir(adapter.path);
  await assert.rejects(mergeAdapter(adapter, { output, launcher }), { name: 'TrlFailedError' });
  assert.ok(!existsSync(output));
  await mkdir(`${output}.partial-1-0-0`);

  await writeFile(join(adapter.path, 'adapter_config.json'), '{"base_model_name_or_path": "org/base"}');
  assert.deepEqual(await mergeAdapter(adapter, { output, launcher }), { id: 'round-1', path: output });
  assert.match(await readFile(join(output, 'config.json'), 'utf8'), /org\/base/);
  assert.ok(!existsSync(`${output}.partial-1-0-0`), 'what a killed merge has left is gone');
  await mergeAdapter(adapter, { output, launcher: pythonLauncher('/no/such/python') });
  await assert.rejects(
    mergeAdapter(adapter, { output: `${output}-2`, launcher: pythonLauncher('/no/such/python') }),
    { code: 'cannot-start' },
  );
});
