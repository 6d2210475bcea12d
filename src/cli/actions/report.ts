import { JuxtaError } from '../../base/errors.ts';
import { reportOnRun } from '../../view/run-report.ts';
import type { Action } from '../commands/command.ts';
import type { Options } from '../commands/report.ts';
import { placeOf, say } from '../terminal/terminal.ts';
import { inProject } from './run.ts';

export const action: Action<Options> = (options, { arguments: [run] }) =>
  inProject(options, async project => {
    const runs = await project.store.runs();
    const id = run ?? runs.findLast(row => row.kind === 'selftrain' && row.status === 'finished')?.id;
    if (id === undefined)
      throw new JuxtaError('no-runs', 'no self-training run has finished here', {
        hint: 'start one with: juxta selftrain',
      });
    const report = await reportOnRun(project, id);
    for (const line of report.summary) say(line);
    say(`report: ${placeOf(report.path)}`);
    return report.json;
  });
