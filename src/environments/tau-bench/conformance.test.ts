import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { replayTau } from './conformance.ts';

const data = join(process.env.JUXTA_SHARED ?? '../shared', 'data', 'tau-bench');
const skip = existsSync(data) ? false : `there is no ${data}`;
const every = Number(process.env.JUXTA_TAU_EVERY ?? 5);

for (const domain of ['retail', 'airline'] as const) {
  for (const file of ['golden_calls', 'golden_replays']) {
    test(`${domain} does what the original was recorded doing in ${file}`, { skip }, async () => {
      const result = await replayTau(domain, join(data, domain, `${file}.jsonl.gz`), { data, every });
      assert.deepEqual(result.mismatches, []);
      assert.equal(result.matched, result.records);
      assert.ok(result.records > 0);
      // Python's own error texts need not be the same, but they are.
      assert.equal(result.pythonSpecific.exact, result.pythonSpecific.calls);
    });
  }
}
