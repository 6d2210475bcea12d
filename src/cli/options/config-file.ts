/** `juxta.config.ts`: options of the commands in a file. The command line goes before it, it goes before the defaults. */
import { existsSync } from 'node:fs';
import type { Command, Option } from 'commander';
import { BadInputError, messageOf } from '../../base/errors.ts';
import { importUserModule } from '../../base/user-module.ts';
import { configureModels } from '../../models/provider/sdk/configured.ts';
import { perform } from '../terminal/terminal.ts';
import { configNames } from './config-names.ts';

const sections = ['rollout', 'evaluate', 'selftrain', 'train', 'export', 'serve'];
/** These look at what the others made, where the file's top says. */
const onlyLooking = ['runs', 'report', 'doctor'];

/** Gives every command that can be configured `--config`, and lays the file's options under the given ones. */
export const withConfigFile = (program: Command): void => {
  const configurable = program.commands.filter(command =>
    [...sections, ...onlyLooking].includes(command.name()),
  );
  for (const command of configurable)
    command
      .option(
        '--config <file>',
        `options in a file (default: ${configNames[0]} in this folder, if it is there)`,
      )
      .option('--no-config', 'read no such file');
  program.hook('preAction', async (_, command) => {
    if (!configurable.includes(command)) return;
    const { json = false } = command.opts<{ json?: boolean }>();
    await perform(() => configure(command, configurable), { json });
    if (process.exitCode) process.exit();
  });
};

const configure = async (command: Command, all: readonly Command[]): Promise<void> => {
  const file = fileOf(command.opts<{ config?: string | false }>().config);
  if (file === undefined) return;
  const { models, ...config } = await load(file);
  if (models !== undefined) configureModels(models, file);
  const common = Object.fromEntries(Object.entries(config).filter(([name]) => !sections.includes(name)));
  for (const name of Object.keys(common))
    if (!all.some(each => optionOf(each, name))) throw unknown(file, name, all);
  for (const section of all.filter(each => sections.includes(each.name())))
    for (const name of Object.keys(sectionOf(file, config, section.name())))
      if (!optionOf(section, name)) throw unknown(file, `${section.name()}.${name}`, [section]);
  lay(command, common, file, '');
  if (sections.includes(command.name()))
    lay(command, sectionOf(file, config, command.name()), file, `${command.name()}.`);
};

const fileOf = (given: string | false | undefined): string | undefined => {
  if (given === false) return undefined;
  if (given === undefined) return configNames.find(name => existsSync(name));
  if (existsSync(given)) return given;
  throw new BadInputError(given, 'there is no such file', { hint: 'name another with --config, or none' });
};

type Fields = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

const load = async (file: string): Promise<Fields> => {
  try {
    const module = await importUserModule(file);
    if (isObject(module.default)) return module.default;
  } catch (cause) {
    throw new BadInputError(file, `it cannot be loaded (${messageOf(cause)})`, { cause });
  }
  throw new BadInputError(file, 'it has no default export that is an object', {
    hint: 'it should end with: export default defineConfig({ … })',
  });
};

const sectionOf = (file: string, config: Fields, name: string): Fields => {
  const section = config[name] ?? {};
  if (isObject(section)) return section;
  throw new BadInputError(`${file}, field ${name}`, 'it should be an object with options of that command');
};

const optionOf = (command: Command, name: string): Option | undefined =>
  ofTheMoment.has(name) ? undefined : command.options.find(option => option.attributeName() === name);

/** Options about this one call, not about the work. */
const ofTheMoment = new Set(['resume', 'dryRun', 'config']);

const unknown = (file: string, field: string, commands: readonly Command[]): BadInputError => {
  const known = commands.flatMap(command => command.options.map(option => option.attributeName()));
  const some = [...new Set(known)].filter(name => !ofTheMoment.has(name)).sort();
  return new BadInputError(`${file}, field ${field}`, 'there is no such option', {
    hint: `there are ${some.join(', ')}${commands.length > 1 ? `; and sections ${sections.join(', ')}` : ''}`,
  });
};

/** Sets what neither the command line nor a section has set. */
const lay = (command: Command, fields: Fields, file: string, section: string): void => {
  for (const [name, value] of Object.entries(fields)) {
    const option = optionOf(command, name);
    if (!option || value === undefined || command.getOptionValueSource(name) === 'cli') continue;
    const where = `${file}, field ${section}${name}`;
    command.setOptionValueWithSource(name, read(option, value, where), 'config');
  }
};

/** Checked as if it had stood on the command line. */
const read = (option: Option, value: unknown, where: string): unknown => {
  if (option.isBoolean() || option.negate) {
    if (typeof value === 'boolean') return value;
    throw new BadInputError(where, 'it should be true or false');
  }
  if (option.variadic) {
    const list: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (list.every(each => typeof each === 'string')) return list;
    throw new BadInputError(where, 'it should be a list of texts');
  }
  if (typeof value !== 'string' && typeof value !== 'number')
    throw new BadInputError(where, 'it should be a text or a number');
  try {
    return option.parseArg ? option.parseArg(String(value), undefined) : String(value);
  } catch (cause) {
    throw new BadInputError(where, messageOf(cause), { cause });
  }
};
