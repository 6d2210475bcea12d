import { type Command, Option } from 'commander';
import { secondsOf } from '../../runs/project/meter.ts';
import { type Project, runsOf, storedConfiguration } from '../../runs/project/project.ts';
import { outcomeOf } from '../../view/outcome.ts';
import { duration, perform, say, sayJson } from '../terminal/terminal.ts';
import { inProject, resumeCommand } from './run.ts';

type Listed = Awaited<ReturnType<typeof runsOf>>[number];

export const addRuns = (program: Command): void => {
  program
    .command('runs')
    .description('list the runs of a project: how they stand, what came out, how to go on')
    .addOption(new Option('--folder <path>', 'project folder').default('.'))
    .option('--json', 'print one JSON object', false)
    .addHelpText('after', '\nExamples:\n  juxta runs\n  juxta runs --folder my-project --json')
    .action(({ folder, json }: { folder: string; json: boolean }) =>
      perform(() => inProject(folder, project => list(project, json)), { json }),
    );
};

const list = async (project: Project, json: boolean): Promise<void> => {
  const runs = await runsOf(project);
  if (json) {
    const objects = runs.map(run => ({ ...run, configuration: storedConfiguration(project, run) }));
    sayJson({ runs: objects });
    return;
  }
  if (runs.length === 0) say('no runs yet; start one with: juxta selftrain');
  for (const run of runs) {
    const took = await timeOf(project, run);
    const began = run.started.slice(0, 16).replace('T', ' ');
    say(
      `${run.id.padEnd(14)} ${run.status.padEnd(9)} ${began}  ${took.padEnd(11)} ${await saying(project, run)}`,
    );
  }
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
