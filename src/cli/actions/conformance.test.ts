import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { juxta, shared, temporaryFolder, withoutShared } from '../testing.ts';

describe('juxta conformance', { skip: withoutShared, concurrency: 2 }, () => {
  const folder = temporaryFolder({ after });
  const golden = (file: string): string => join(shared, 'data', 'toolwoz', file);
  const suites = [
    ['josh', 'golden_josh.jsonl.gz'],
    ['toolwoz', 'golden_calls_val.jsonl.gz'],
    ['toolwoz-tasks', 'expected_tasks_val.json.gz'],
  ] as const;

  for (const [suite, file] of suites) {
    test(`${suite} matches every record, says so in its last line and exits with 0`, async () => {
      const { code, stdout, stderr } = await juxta(folder, 'conformance', suite, golden(file));
      assert.match(stdout, /(^|\n)[1-9]\d* matched, 0 mismatched\n$/);
      assert.equal(code, 0, stderr);
    });

    test(`${suite} shows what does not match a doctored file, and exits with 1`, async () => {
      const text = gunzipSync(readFileSync(golden(file))).toString();
      const doctored = file.endsWith('.jsonl.gz')
        ? doctoredLines(text)
        : text.replace('"guesthouse"', '"palace"');
      assert.ok(doctored !== text);
      const copy = join(folder, file);
      writeFileSync(copy, gzipSync(doctored));
      const { code, stdout } = await juxta(folder, 'conformance', suite, copy);
      assert.match(stdout, /\S.*\n\d+ matched, [1-9]\d* mismatched\n$/);
      assert.equal(code, 1);
    });
  }

  test('records of another suite are mismatches, with their place', async () => {
    const { code, stdout, stderr } = await juxta(folder, 'conformance', 'tau-airline', golden(suites[0][1]));
    assert.match(stdout, /golden_josh\.jsonl\.gz:1, field calls: expected a list\n/);
    assert.match(stdout, /\n0 matched, 300 mismatched\n$/);
    assert.deepEqual([code, stderr], [1, '']);
  });

  test('a packed file that was cut short is told of in one line', async () => {
    const cut = join(folder, 'cut.jsonl.gz');
    for (const [suite, file] of [suites[0], ['toolwoz-runs', 'golden_runs_val.jsonl.gz']] as const) {
      writeFileSync(cut, readFileSync(golden(file)).subarray(0, 3000));
      const { code, stderr } = await juxta(folder, 'conformance', suite, cut);
      assert.match(stderr, /^error: .*cut\.jsonl\.gz: cannot be read \(unexpected end of file\)\n/);
      assert.equal(code, 1);
    }
  });
});

/** The first records, with a reward changed that the last of them expects. */
const doctoredLines = (text: string): string => {
  const lines = text.split('\n').slice(0, 20);
  const at = lines.findLastIndex(line => line.includes('"reward":1.0'));
  return `${lines.with(at, lines[at]!.replaceAll('"reward":1.0', '"reward":0.25')).join('\n')}\n`;
};
