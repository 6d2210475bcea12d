import type { Command } from 'commander';
import { JuxtaError } from '../../base/errors.ts';
import { reportOnRun } from '../../view/run-report.ts';
import { perform, placeOf, say, sayJson } from '../terminal/terminal.ts';
import { inProject } from './run.ts';

export const addReport = (program: Command): void => {
  program
    .command('report')
    .description('make report.html of a self-training run anew, and print its figures')
    .argument('[run]', 'for example selftrain-1 (default: the latest that finished)')
    .option('--folder <path>', 'project folder', '.')
    .option('--json', 'end standard output with one JSON object', false)
    .addHelpText('after', '\nExample:\n  juxta report selftrain-1 --json')
    .action((run: string | undefined, { folder, json }: { folder: string; json: boolean }) =>
      perform(
        () =>
          inProject(folder, async project => {
            const runs = await project.store.runs();
            const id = run ?? runs.findLast(row => row.kind === 'selftrain' && row.status === 'finished')?.id;
            if (id === undefined)
              throw new JuxtaError('no-runs', 'no self-training run has finished here', {
                hint: 'start one with: juxta selftrain',
              });
            const report = await reportOnRun(project, id);
            for (const line of report.summary) say(line);
            say(`report: ${placeOf(report.path)}`);
            if (json) sayJson(report.json);
          }),
        { json },
      ),
    );
};
