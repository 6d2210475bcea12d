import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openEnvironment } from '../environments/open.ts';
import { scriptedCast } from '../rollout/testing.ts';
import { type EvaluationPlan, evaluateModel } from './evaluation.ts';
import { taskSet } from './plan.ts';
import { beginRun, openProject, type Project } from './project/project.ts';

const folder = mkdtempSync(join(tmpdir(), 'juxta-evaluation-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const configuration = {
  cast: scriptedCast,
  model: null,
  seed: 5,
  temperature: 1,
  maxMessages: 15,
  maxTries: 20,
  maxSteps: 1000,
  limits: {},
};

const evaluated = async (project: Project, run: string, threads: number) => {
  const tasks = taskSet(await openEnvironment(scriptedCast.environment), 'test', 12);
  const plan: EvaluationPlan = { run, stage: 'evaluate', model: null, tasks };
  const dones: number[] = [];
  const result = await evaluateModel(project, { ...configuration, threads }, plan, progress =>
    dones.push(progress.done),
  );
  return { result, dones };
};

test('figures are equal to the last digit on any number of threads, and when all is known already', async () => {
  const project = await openProject(folder);
  const [one, other] = [await beginRun(project, 'evaluate', {}), await beginRun(project, 'evaluate', {})];
  const alone = await evaluated(project, one.id, 1);
  assert.deepEqual((await evaluated(project, other.id, 3)).result, alone.result);
  const again = await evaluated(project, one.id, 1);
  assert.deepEqual(again.result, alone.result);
  assert.ok(again.dones.every(done => done === 12));
  await project.store.close();
});
