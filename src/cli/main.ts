import { Command } from 'commander';
import { packageInfo } from '../base/package.ts';
import { closeEnvironments } from '../environments/open.ts';
import { addConformance } from './commands/conformance.ts';
import { addData } from './commands/data.ts';
import { addEvaluate } from './commands/evaluate.ts';
import { addExport } from './commands/export.ts';
import { addReport } from './commands/report.ts';
import { addRollout } from './commands/rollout.ts';
import { addRuns } from './commands/runs.ts';
import { addSelftrain } from './commands/selftrain.ts';
import { addServe } from './commands/serve.ts';
import { addTrain } from './commands/train.ts';
import { withConfigFile } from './options/config-file.ts';
import { outliveReaders, outputError } from './terminal/terminal.ts';

outliveReaders();

const program = new Command('juxta')
  .description(packageInfo.description)
  .version(packageInfo.version)
  .showHelpAfterError('(juxta COMMAND --help shows its options)')
  .configureHelp({ sortSubcommands: false })
  .configureOutput({ outputError });

for (const add of [
  addSelftrain,
  addRollout,
  addExport,
  addTrain,
  addEvaluate,
  addReport,
  addRuns,
  addServe,
  addData,
  addConformance,
])
  add(program);
withConfigFile(program);

try {
  await program.parseAsync();
} finally {
  await closeEnvironments();
}
