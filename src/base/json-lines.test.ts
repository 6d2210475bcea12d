import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';
import { BadInputError } from './errors.ts';
import { readJsonLines } from './json-lines.ts';

const folder = mkdtempSync(join(tmpdir(), 'juxta-lines-'));
const schema = z.object({ n: z.number() });
const read = async (name: string, content: string | Uint8Array): Promise<unknown[]> => {
  const file = join(folder, name);
  writeFileSync(file, content);
  return Array.fromAsync(readJsonLines(file, schema));
};
const refuses = (problem: RegExp) => (thrown: unknown) =>
  thrown instanceof BadInputError && problem.test(thrown.message);

test('reads plain and gzipped lines, blank ones left out, with or without a last line end', async () => {
  const text = '{"n":1}\n\n{"n":2}';
  assert.deepEqual(await read('a.jsonl', text), [{ n: 1 }, { n: 2 }]);
  assert.deepEqual(await read('a.jsonl.gz', gzipSync(`${text}\r\n`)), [{ n: 1 }, { n: 2 }]);
});

test('names the line that is not JSON, and the field that does not fit', async () => {
  await assert.rejects(read('b.jsonl', '{"n":1}\n{"n":'), refuses(/b\.jsonl:2: not valid JSON/));
  await assert.rejects(read('c.jsonl', '{"n":1}\n{"n":"x"}'), refuses(/c\.jsonl:2, field n/));
});

test('refuses an empty file, a missing one, and a gzip that was cut short', async () => {
  await assert.rejects(read('d.jsonl', ''), refuses(/empty/));
  await assert.rejects(
    Array.fromAsync(readJsonLines(join(folder, 'none'), schema)),
    refuses(/cannot be read/),
  );
  const whole = gzipSync(JSON.stringify({ n: 1 }).repeat(1000));
  for (const missing of [20, whole.length - 15])
    await assert.rejects(
      read('e.jsonl.gz', whole.subarray(0, whole.length - missing)),
      refuses(/e\.jsonl\.gz: cannot be read/),
    );
  await assert.rejects(
    Array.fromAsync(readJsonLines(join(folder, 'none.gz'), schema)),
    refuses(/none\.gz: /),
  );
  await assert.rejects(read('f.jsonl.gz', 'not packed'), refuses(/f\.jsonl\.gz: cannot be read/));
});
