import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readStageResult, writeStageResult } from './stage-results.ts';

const trained = {
  model: 'weights',
  losses: [{ method: 'sft', step: 1, loss: 0.5 }],
  tokensPerSecond: 9,
  seconds: 1,
};
const stored = (key: string, result: unknown) => ({
  run: 'selftrain-2',
  key,
  result: JSON.stringify(result),
});

test('a result is read back as it was stored, without its version; one from before versions reads the same', () => {
  const key = 'round 3: train';
  assert.deepEqual(readStageResult({ run: 'r', key, result: writeStageResult(trained) }), trained);
  assert.deepEqual(readStageResult(stored(key, trained)), trained);
  assert.deepEqual(
    readStageResult({ run: 'r', key: 'of a script', result: writeStageResult(undefined) }),
    null,
  );
});

test('a damaged result is refused with the run, the stage and the field', () => {
  const refused = (key: string, result: unknown, message: RegExp) =>
    assert.throws(() => readStageResult(stored(key, result)), { code: 'damaged-run', message });
  const losses = [{ method: 'sft', step: 1, loss: 'low' }];
  refused(
    'round 1: train',
    { ...trained, losses },
    /stage "round 1: train" of selftrain-2 .*field losses\[0\]\.loss/,
  );
  refused('round 2: roll out', { trees: 3 }, /stage "round 2: roll out" .*field averageReward/);
  refused('gate before', { greedy: {} }, /field greedy\.n/);
  refused('evaluate', { benchmark: 'mt-bench', answers: [] }, /field judgments/);
  refused('result', null, /stage "result" of selftrain-2/);
});

test('a result of a newer Juxta is refused, and says so', () => {
  const newer = stored('train', { version: 99, anything: true });
  assert.throws(() => readStageResult(newer), {
    code: 'run-too-new',
    message: /stage "train" of selftrain-2/,
  });
});
