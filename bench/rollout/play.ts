/** Rollouts as `juxta rollout` makes them, in a project that is thrown away. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CastSpec } from '../../src/rollout/cast.ts';
import { beginRun, openProject, type Project } from '../../src/runs/project/project.ts';
import { type RolloutSummary, rollOut } from '../../src/runs/rollout.ts';
import type { SearchOptions } from '../../src/search/josh/josh.ts';
import type { Scene } from './scene.ts';

/** What is measured. */
export interface Measured {
  /** The first so many of ToolWOZ val. */
  readonly tasks: number;
  readonly latencyMs: number;
  /** On requests at once. */
  readonly cap: number | undefined;
  readonly search: SearchOptions;
}

export const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

/** A project in a temporary folder, with a run. */
export const inProject = async <T>(work: (project: Project, run: string) => Promise<T>): Promise<T> => {
  const folder = mkdtempSync(join(tmpdir(), 'juxta-bench-'));
  const project = await openProject(folder);
  try {
    const { id } = await beginRun(project, 'rollout', {});
    return await work(project, id);
  } finally {
    await project.store.close();
    rmSync(folder, { recursive: true });
  }
};

export const play = (
  project: Project,
  scene: Scene,
  run: string,
  stage: string,
  search: SearchOptions,
  cast: CastSpec,
): Promise<RolloutSummary> =>
  rollOut(
    project,
    {
      run,
      stage,
      cast,
      split: 'val',
      tasks: scene.tasks.map((task, index) => ({ index, id: task.id })),
      seed: 1,
      temperature: 1,
      search,
      maxMessages: 15,
      maxSteps: Number.MAX_SAFE_INTEGER,
      threads: 1,
    },
    () => undefined,
  );

/** There are 793 tasks; more are the same again in another stage, and so with other seeds. */
export const stagesOf = (scene: Scene, tasks: number, name: string): { stage: string; part: Scene }[] =>
  Array.from({ length: Math.ceil(tasks / scene.tasks.length) }, (_, i) => ({
    stage: i === 0 ? name : `${name} ${i + 1}`,
    part: { ...scene, tasks: scene.tasks.slice(0, tasks - i * scene.tasks.length) },
  }));
