import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../embedded/testing.ts';
import { executableLauncher } from './launcher.ts';
import { mergeAdapter } from './merge.ts';

const standIn = fileURLToPath(new URL('./testing/stand-in-python.ts', import.meta.url));
const launcher = { trl: ['trl'], python: [process.execPath, standIn] };

it('merges an adapter into its base, whole or not at all', async context => {
  const folder = await temporaryFolder();
  context.after(() => rm(folder, { recursive: true }));
  const adapter = { id: 'round-1', path: join(folder, 'adapter') };
  const output = join(folder, 'merged');
  await mkdir(adapter.path);
  await assert.rejects(mergeAdapter(adapter, { output, launcher }), { name: 'TrlFailedError' });
  assert.ok(!existsSync(output));

  await writeFile(join(adapter.path, 'adapter_config.json'), '{"base_model_name_or_path": "org/base"}');
  assert.deepEqual(await mergeAdapter(adapter, { output, launcher }), { id: 'round-1', path: output });
  assert.match(await readFile(join(output, 'config.json'), 'utf8'), /org\/base/);
  await mergeAdapter(adapter, { output, launcher: executableLauncher('trl') });
  await assert.rejects(
    mergeAdapter(adapter, { output: `${output}-2`, launcher: executableLauncher('trl') }),
    {
      code: 'no-python',
    },
  );
});
