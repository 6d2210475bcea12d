import assert from 'node:assert/strict';
import { test } from 'node:test';
import { metrics, type Outcome } from '../evaluate/metrics.ts';
import type { SettingResult } from './evaluation.ts';
import { gateScore } from './gate.ts';

const outcome = (success: boolean, fault: string | null = null): Outcome => ({
  task: 't',
  taskType: 'x',
  seed: 1,
  reward: Number(success),
  success,
  turns: 1,
  calls: 0,
  fault,
});
const result = (...outcomes: readonly Outcome[]): SettingResult => ({
  ...metrics(outcomes),
  errors: { goals: 0, reached: 0, byKind: {} } as unknown as SettingResult['errors'],
  pass: [],
});
const good = result(outcome(true), outcome(false), outcome(false, 'user-fault'));

test('a gate is the mean of both settings, over the conversations that no fault ended', () => {
  assert.deepEqual(gateScore({ greedy: good, sampled: result(outcome(true)) }), { score: 0.75 });
});

test('a gate without a usable conversation gives the reason in place of a score, fresh or read from the store', () => {
  const faulty = result(outcome(false, 'user-fault'), outcome(false, 'environment-fault'));
  const score = gateScore({ greedy: good, sampled: faulty });
  assert.equal(score.score, null);
  assert.match(score.reason!, /every sampled conversation .*1 user-fault, 1 environment-fault/);
  const stored = JSON.parse(JSON.stringify({ greedy: good, sampled: faulty }));
  assert.deepEqual(gateScore(stored), score);
});
