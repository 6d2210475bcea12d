import { Command } from 'commander';
import { packageInfo } from '../base/package.ts';
import { commands } from './commands.ts';
import { hasConfigFile } from './options/config-names.ts';
import { outliveReaders, outputError } from './terminal/terminal.ts';

outliveReaders();

const program = new Command('juxta')
  .description(packageInfo.description)
  .version(packageInfo.version)
  .showHelpAfterError('(juxta COMMAND --help shows its options)')
  .configureHelp({ sortSubcommands: false })
  .configureOutput({ outputError });

const [first, second] = process.argv.slice(2).filter(word => !word.startsWith('-'));
const called = first === 'help' ? second : first;
const isNamed = commands.some(({ name }) => name === called);
// A file may hold options of all commands, and is checked as a whole.
const isWanted = (name: string): boolean => name === called || (isNamed && hasConfigFile(process.argv));

for (const { name, about, load } of commands)
  if (isWanted(name)) (await load())(program);
  else program.command(name).description(about);

if (!isNamed) await program.parseAsync();
else {
  const { withConfigFile } = await import('./options/config-file.ts');
  withConfigFile(program);
  try {
    await program.parseAsync();
  } finally {
    const { closeEnvironments } = await import('../environments/open.ts');
    await closeEnvironments();
  }
}
