/** `juxta.config.ts`: options of the commands in a file. The command line goes before it, it goes before the defaults. */
import { existsSync } from 'node:fs';
import { z } from 'zod';
import { BadInputError, messageOf } from '../../base/errors.ts';
import { importUserModule } from '../../base/user-module.ts';
import { optionGroup } from './group.ts';
import { type OptionSpec, readOption } from './option.ts';

const names = ['juxta.config.ts', 'juxta.config.js'];

export const configOptions = optionGroup('Run', {
  config: z
    .string()
    .optional()
    .meta({
      value: 'file',
      description: `options in a file (default: ${names[0]} in this folder, if it is there)`,
    }),
});

/** Options about this one call, not about the work. */
const ofTheMoment = new Set(['resume', 'dryRun', 'config', 'cancel']);

/** A command whose options the file may hold. */
export interface ConfigurableCommand {
  readonly name: string;
  readonly hasSection: boolean;
  readonly options: readonly OptionSpec[];
}

type Fields = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

export interface ConfigFile {
  readonly file: string;
  readonly fields: Fields;
}

/**
 * The file that a command line is read together with, loaded.
 * @param given what stands after `--config`; false: `--no-config`
 * @returns undefined if there is none
 * @throws BadInputError if there is none of that name, it cannot be loaded, or has no object as its default export
 */
export const loadConfig = async (given: string | false | undefined): Promise<ConfigFile | undefined> => {
  const file = fileOf(given);
  if (file === undefined) return undefined;
  const { models, ...fields } = await load(file);
  if (models !== undefined) {
    const { configureModels } = await import('../../models/provider/sdk/configured.ts');
    configureModels(models, file);
  }
  return { file, fields };
};

const fileOf = (given: string | false | undefined): string | undefined => {
  if (given === false) return undefined;
  if (given === undefined) return names.find(name => existsSync(name));
  if (existsSync(given)) return given;
  throw new BadInputError(given, 'there is no such file', { hint: 'name another with --config, or none' });
};

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

/** What the file says of one option to a command, not yet checked. */
export const rawValue = ({ fields }: ConfigFile, command: string, option: string): unknown => {
  const section = fields[command];
  return (isObject(section) ? section[option] : undefined) ?? fields[option];
};

/**
 * The values that the file has for one of the commands. Those of its section go before those at the top.
 * @throws BadInputError naming the field of whatever is in the file and no option, or not what the option must be
 */
export const configuredValues = (
  { file, fields }: ConfigFile,
  command: string,
  all: readonly ConfigurableCommand[],
): ReadonlyMap<string, unknown> => {
  const sections = all.filter(each => each.hasSection);
  const isSection = (name: string): boolean => sections.some(each => each.name === name);
  const top = Object.fromEntries(Object.entries(fields).filter(([name]) => !isSection(name)));
  for (const name of Object.keys(top))
    if (!all.some(each => optionIn(each, name))) throw unknown(file, name, all, sections);
  for (const section of sections)
    for (const name of Object.keys(sectionOf(file, fields, section.name)))
      if (!optionIn(section, name)) throw unknown(file, `${section.name}.${name}`, [section], sections);
  const called = all.find(each => each.name === command);
  if (!called) return new Map();
  const own = called.hasSection ? sectionOf(file, fields, command) : {};
  return new Map([...valuesOf(called, top, file, ''), ...valuesOf(called, own, file, `${command}.`)]);
};

const sectionOf = (file: string, fields: Fields, name: string): Fields => {
  const section = fields[name] ?? {};
  if (isObject(section)) return section;
  throw new BadInputError(`${file}, field ${name}`, 'it should be an object with options of that command');
};

const optionIn = ({ options }: ConfigurableCommand, name: string): OptionSpec | undefined =>
  ofTheMoment.has(name) ? undefined : options.find(option => option.name === name);

const unknown = (
  file: string,
  field: string,
  commands: readonly ConfigurableCommand[],
  sections: readonly ConfigurableCommand[],
): BadInputError => {
  const known = new Set(commands.flatMap(command => command.options.map(option => option.name)));
  const some = [...known].filter(name => !ofTheMoment.has(name)).sort();
  const more = commands.length > 1 ? `; and sections ${sections.map(({ name }) => name).join(', ')}` : '';
  return new BadInputError(`${file}, field ${field}`, 'there is no such option', {
    hint: `there are ${some.join(', ')}${more}`,
  });
};

/** Checked as if it had stood on the command line. */
const valuesOf = (
  command: ConfigurableCommand,
  fields: Fields,
  file: string,
  section: string,
): readonly (readonly [string, unknown])[] =>
  Object.entries(fields).flatMap(([name, given]) => {
    const option = optionIn(command, name);
    if (!option || given === undefined) return [];
    const read = readOption(option, given);
    if ('value' in read) return [[name, read.value] as const];
    throw new BadInputError(`${file}, field ${section}${name}`, read.problem);
  });
