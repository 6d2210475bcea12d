import type { Command } from 'commander';
import { openProject } from '../runs/project.ts';
import { perform, say } from './terminal.ts';

export const addRuns = (program: Command): void => {
  program
    .command('runs')
    .description('list the runs of a project')
    .option('--folder <path>', 'project folder', '.')
    .option('--json', 'print one JSON object', false)
    .action(({ folder, json }: { folder: string; json: boolean }) =>
      perform(async () => {
        const project = await openProject(folder);
        try {
          const runs = await project.store.runs();
          if (json)
            say(
              JSON.stringify({
                runs: runs.map(run => ({ ...run, configuration: JSON.parse(run.configuration) })),
              }),
            );
          else if (runs.length === 0) say('no runs yet; start one with: juxta selftrain');
          else
            for (const { id, status, started, finished } of runs)
              say(`${id.padEnd(16)} ${status.padEnd(9)} ${started}${finished ? ` to ${finished}` : ''}`);
        } finally {
          await project.store.close();
        }
      }),
    );
};
