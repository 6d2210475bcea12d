import assert from 'node:assert/strict';
import { test } from 'node:test';
import { estimateRun } from '../../models/layers/estimate.ts';
import type { Counts } from '../../models/layers/events.ts';
import type { RunModels } from '../../rollout/run-models.ts';
import { estimateLines, usageLines } from './usage.ts';

const runModels = (counts: Counts): RunModels =>
  ({ counts: () => counts, note: () => '12 calls, 3 k tokens' }) as unknown as RunModels;

test('nothing is said of requests where there were none, and of faults where there were none', () => {
  assert.deepEqual(usageLines(undefined), []);
  assert.deepEqual(usageLines(runModels({ call: 12 })), ['requests: 12 calls, 3 k tokens']);
});

test('what went wrong is told by kind; what we cancelled did not go wrong', () => {
  const lines = usageLines(
    runModels({
      cached: 4,
      call: 12,
      'fault aborted': 5,
      'fault reset': 2,
      'fault server': 1,
      'resample empty': 3,
      'retry reset': 2,
      'unusable empty': 1,
      'user-fault early-hang-up': 1,
    }),
  );
  assert.deepEqual(lines, [
    'requests: 12 calls, 3 k tokens, 4 cached, 5 cancelled',
    'failed requests: 3 (2 reset, 1 server); tried again: 2 (2 reset)',
    'unusable answers, sampled again: 3 (3 empty)',
    'unusable however often sampled: 1 (1 empty)',
    'unusable lines of the user, sampled again: 1 (1 early-hang-up)',
  ]);
});

test('calls written as text are told with their share of what could hold calls, and the parser that reads them', () => {
  const counts = { 'reply plain': 70, 'reply with-tools': 50, 'text-call <function=': 19 };
  const lines = usageLines(runModels({ ...counts, 'resample call-in-text': 19 }));
  assert.match(
    lines.join('\n'),
    /38 % of replies hold a tool call as text \(<function=\): start vLLM with .*--tool-call-parser qwen3_coder.*--tool-calls text/,
  );
  const read = usageLines(runModels(counts)).join('\n');
  assert.match(read, /^tool calls read from text: 19 \(19 <function=\)$/m);
});

test('an estimate has bounds, and a part for each model where there are several', () => {
  const use = (calls: number, usd: number | undefined) => ({
    calls,
    usage: { inputTokens: 1000 * calls, outputTokens: 100 * calls },
    usd,
  });
  const priced = estimateLines(estimateRun([{ a: use(10, 0.1) }, { a: use(12, 0.12) }], 100));
  assert.equal(priced.length, 2);
  assert.match(priced[1]!, /1,100 \(\d{3} to 1,\d{3}\) calls, 1,100 k .*, 11\.00 \(.*\) USD$/);
  const mixed = estimateLines(estimateRun([{ a: use(10, 0.1), b: use(1, undefined) }], 100));
  assert.deepEqual(mixed.slice(1), [
    '  1,100 calls, 1,100 k tokens in, 110 k out, at an unknown price',
    '  a: 1,000 calls, 1,000 k tokens in, 100 k out, 10.00 USD',
    '  b: 100 calls, 100 k tokens in, 10 k out, at an unknown price',
  ]);
});
