import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { errorBreakdown } from '../evaluate/errors.ts';
import { metrics, type Outcome } from '../evaluate/metrics.ts';
import type { EvaluationRow } from '../store/rows.ts';
import type { EvaluationResult, SettingResult } from './evaluation.ts';
import { decided, gateScore } from './gate.ts';
import { beginRun, openProject, type Run, resumeRun } from './project/project.ts';
import { settingKey, stageKeys } from './stage-keys.ts';

const folder = mkdtempSync(join(tmpdir(), 'juxta-gate-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const outcome = (task: string, success: boolean, fault: string | null = null): Outcome => ({
  task,
  taskType: 'x',
  seed: 1,
  reward: Number(success),
  success,
  turns: 1,
  calls: 0,
  fault,
});
const result = (outcomes: readonly Outcome[]): SettingResult => ({
  ...metrics(outcomes),
  errors: errorBreakdown([]),
  pass: [],
});
const good = [outcome('a', true), outcome('b', false), outcome('c', false, 'user-fault')];
const faulty = [outcome('a', false, 'user-fault'), outcome('b', false, 'environment-fault')];

test('a gate is the mean of both settings, over the conversations that no fault ended', () => {
  assert.equal(gateScore({ greedy: result(good), sampled: result([outcome('a', true)]) }), 0.75);
});

test('a gate that only faults ended stops the run, and is played again when the run is resumed', async () => {
  const project = await openProject(folder);
  const stage = stageKeys.gateBefore;
  /** As an evaluation does: what is stored already is not played again. */
  const play = async (run: Run, sampled: readonly Outcome[]): Promise<EvaluationResult> => {
    const played = { greedy: good, sampled };
    const results: Partial<Record<keyof EvaluationResult, SettingResult>> = {};
    for (const setting of ['greedy', 'sampled'] as const) {
      const within = { run: run.id, stage: settingKey(stage, setting) };
      const rest = { setting, failures: '[]', transcript: '[]' };
      for (const one of played[setting]) await project.store.saveEvaluation({ ...within, ...one, ...rest });
      const rows: EvaluationRow[] = [];
      for await (const row of project.store.evaluations(within)) rows.push(row);
      results[setting] = result(rows);
    }
    return results as EvaluationResult;
  };
  const gate = (run: Run, sampled: readonly Outcome[]): Promise<EvaluationResult> =>
    run.stage(stage, async () => decided(run, stage, await play(run, sampled)));

  const broken = await beginRun(project, 'selftrain', {});
  await assert.rejects(gate(broken, faulty), {
    code: 'gate-undecided',
    message: /gate before: every sampled conversation .*1 user-fault, 1 environment-fault/,
    hint: /--resume selftrain-1/,
  });
  await broken.end('failed');
  const resumed = await resumeRun(project, 'selftrain', broken.id);
  const unbroken = await beginRun(project, 'selftrain', {});
  assert.deepEqual(await gate(resumed, good), await gate(unbroken, good));
  for (const run of [resumed, unbroken]) await run.end('finished');
  await project.store.close();
});
