import { Command } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { withConfigFile } from './config-file.ts';
import { addConformance } from './conformance.ts';
import { addData } from './data.ts';
import { addEvaluate } from './evaluate.ts';
import { addExport } from './export.ts';
import { addReport } from './report.ts';
import { addRollout } from './rollout.ts';
import { addRuns } from './runs.ts';
import { addSelftrain } from './selftrain.ts';
import { addServe } from './serve.ts';
import { outliveReaders, outputError } from './terminal.ts';
import { addTrain } from './train.ts';

outliveReaders();

const program = new Command('juxta')
  .description(packageJson.description)
  .version(packageJson.version)
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

await program.parseAsync();
