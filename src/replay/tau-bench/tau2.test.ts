import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readLines } from '../../base/json-lines.ts';
import { replayTau2 } from './tau2.ts';

const data = join(process.env.JUXTA_SHARED ?? '../shared', 'data', 'tau2-bench');
const golden = join(data, 'retail', 'golden_calls.jsonl.gz');
const skip = existsSync(golden) ? false : `${golden} is not there`;

test("τ²-bench's retail does what the original was recorded doing, to the letter", { skip }, async () => {
  const { matched, mismatches } = await replayTau2('retail', golden, { data });
  assert.deepEqual(mismatches, []);
  assert.equal(matched, 500);
});

test('a text, an error or a database that differs is told with its record', { skip }, async t => {
  const folder = await mkdtemp(join(tmpdir(), 'juxta-golden-'));
  t.after(() => rm(folder, { recursive: true }));
  const [line] = await Array.fromAsync(readLines(golden));
  const record = JSON.parse(line!);
  const { calls } = record;
  const changed = (change: object) => ({ ...record, calls: [{ ...calls[0], ...change }, ...calls.slice(1)] });
  const spoiled = [
    changed({ content: 'hm' }),
    changed({ error: !calls[0].error }),
    { ...record, dbHash: 'x' },
    { ...record, calls: 'none' },
  ];
  const file = join(folder, 'golden.jsonl');
  await writeFile(file, `${spoiled.map(one => JSON.stringify(one)).join('\n')}\n${line}\n`);
  const { matched, mismatches } = await replayTau2('retail', file, { data });
  assert.equal(matched, 1);
  const told = [
    /: call 0: expected hm, got /,
    /: call 0: expected error to be true/,
    /: the database differs/,
    /:4, field calls: /,
  ];
  assert.equal(mismatches.length, told.length);
  for (const [i, pattern] of told.entries()) assert.match(mismatches[i]!, pattern);
});
