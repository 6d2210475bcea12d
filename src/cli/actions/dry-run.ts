/** `--dry-run`: what a run would take, told from a few of its tasks. */
import { dryRun } from '../../runs/dry-run.ts';
import type { PlannedTask } from '../../runs/plan.ts';
import type { OnProgress } from '../../runs/project/progress.ts';
import type { Project, Run } from '../../runs/project/project.ts';
import type { DryRunOptions, RunOptions } from '../options/common.ts';
import { progressOn, say } from '../terminal/terminal.ts';
import { estimateLines } from '../terminal/usage.ts';
import { type Outcome, resumeCommand } from './run.ts';

/** Tasks that tell what a run will take, if it is not said how many. */
const PROBES = 5;

/**
 * Plays a few of a run's tasks and tells what all would take; the run waits to be gone on with.
 * @param play plays one task in the project that it is given
 */
export const tellEstimate = async (
  run: Run,
  tasks: readonly PlannedTask[],
  { dryRun: probes, seed }: DryRunOptions & RunOptions,
  play: (project: Project, task: PlannedTask, onProgress: OnProgress) => Promise<unknown>,
): Promise<Outcome> => {
  const count = typeof probes === 'number' ? probes : PROBES;
  const estimate = await dryRun(run.project, tasks, count, seed, play, progressOn(process.stderr));
  for (const line of estimateLines(estimate)) say(line);
  say(`what was played is kept; go on with: ${resumeCommand(run)}`);
  return { isStopped: true, json: { run: run.id, estimate } };
};
