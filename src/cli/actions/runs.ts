import { secondsOf } from '../../runs/project/meter.ts';
import { type Project, runsOf, storedConfiguration } from '../../runs/project/project.ts';
import { outcomeOf } from '../../view/outcome.ts';
import type { Action } from '../commands/command.ts';
import type { Options } from '../commands/runs.ts';
import { duration, say } from '../terminal/terminal.ts';
import { inProject, resumeCommand } from './run.ts';

type Listed = Awaited<ReturnType<typeof runsOf>>[number];

export const action: Action<Options> = options =>
  inProject(options, async project => {
    const runs = await runsOf(project);
    if (runs.length === 0) say('no runs yet; start one with: juxta selftrain');
    for (const run of runs) say(await lineOf(project, run));
    return { runs: runs.map(run => ({ ...run, configuration: storedConfiguration(project, run) })) };
  });

const lineOf = async (project: Project, run: Listed): Promise<string> => {
  const took = await timeOf(project, run);
  const began = run.started.slice(0, 16).replace('T', ' ');
  return `${run.id.padEnd(14)} ${run.status.padEnd(9)} ${began}  ${took.padEnd(11)} ${await saying(project, run)}`;
};

/** What its stages took: a run that was gone on with a day later took no day. */
const timeOf = async (project: Project, { id, started, finished }: Listed): Promise<string> => {
  if (finished === null) return '';
  const seconds = secondsOf(await project.store.stages(id));
  return duration(seconds ?? (Date.parse(finished) - Date.parse(started)) / 1000);
};

/** What came out of a run, or how to go on with it. */
const saying = async (project: Project, run: Listed): Promise<string> => {
  if (run.status === 'running') return '';
  if (run.status === 'finished') return outcomeOf(run.kind, await project.store.stages(run.id)) ?? '';
  return `go on with: ${resumeCommand({ ...run, project })}`;
};
