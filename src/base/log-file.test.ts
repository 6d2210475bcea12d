import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { openLog } from './log-file.ts';

it('appends to what is there', async context => {
  const folder = await mkdtemp(join(tmpdir(), 'juxta-log-'));
  context.after(() => rm(folder, { recursive: true }));
  for (const line of ['one\n', 'two\n']) {
    const log = openLog(join(folder, 'a.log'));
    log.write(line);
    await log.close();
  }
  assert.equal(await readFile(join(folder, 'a.log'), 'utf8'), 'one\ntwo\n');
});

for (const path of ['/dev/full', '/no/such/folder/a.log'])
  it(`says once that ${path} cannot be written, and throws nothing`, async context => {
    if (path === '/dev/full' && !existsSync(path)) return context.skip('this system has none');
    const faults: string[] = [];
    const log = openLog(path, problem => faults.push(problem));
    log.write('one\n');
    log.write('two\n');
    await log.close();
    log.write('three\n');
    await log.close();
    assert.equal(faults.length, 1);
    assert.match(faults[0]!, /cannot be written: .*(ENOSPC|ENOENT)/);
  });
