/** The program: reads a command line, with a configuration file under it, and does what its command does. */
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { packageInfo } from '../base/package.ts';
import type { EnvironmentDefinition } from '../environments/definition.ts';
import type { Call, CommandDefinition } from './commands/command.ts';
import type { OptionGroup } from './options/group.ts';
import { type CommandEntry, commands, others, parents } from './registry.ts';
import { outputError, perform, sayJson } from './terminal/terminal.ts';

/** @param words what stands after `juxta` */
export const runProgram = async (words: readonly string[]): Promise<void> => {
  const called = calledBy(words);
  const program = new Command('juxta')
    .description(packageInfo.description)
    .version(packageInfo.version)
    .showHelpAfterError('(juxta COMMAND --help shows its options)')
    .configureHelp({ sortSubcommands: false, showGlobalOptions: false })
    .commandsGroup(others)
    .configureOutput({ outputError });
  for (const entry of commands) {
    const command = placeFor(program, entry);
    if (entry === called) await complete(command, entry, words);
  }
  await program.parseAsync(words, { from: 'user' });
};

/** `juxta data pull …` and `juxta help data pull` call the same command. */
const calledBy = (words: readonly string[]): CommandEntry | undefined => {
  const named = words.filter(word => !word.startsWith('-'));
  const path = named[0] === 'help' ? named.slice(1) : named;
  return commands.find(({ name }) => name.split(' ').every((word, i) => path[i] === word));
};

/** The command with its name and what it is about: all that a list of commands shows. */
const placeFor = (program: Command, { name, about, group }: CommandEntry): Command => {
  const [first = name, second] = name.split(' ');
  if (second === undefined) return program.command(first).description(about).helpGroup(group);
  const parent =
    program.commands.find(command => command.name() === first) ??
    program
      .command(first)
      .description(parents[first] ?? '')
      .helpGroup(group);
  return parent.command(second).description(about);
};

/** Gives the command that was called its arguments, its options and its work. */
const complete = async (command: Command, entry: CommandEntry, words: readonly string[]): Promise<void> => {
  const { command: definition } = await entry.definition();
  for (const [name, about] of Object.entries(definition.arguments ?? {})) command.argument(name, about);
  const surroundings = await attempt(() => surroundingsOf(entry, definition, words));
  const { groups, ofEnvironment, values }: Surroundings =
    'value' in surroundings ? surroundings.value : await groupsOf(definition);
  // What is wrong around the command is told in place of what it makes of its options.
  if ('thrown' in surroundings) command.allowUnknownOption().allowExcessArguments();
  const { addOptions } = await import('./options/flags.ts');
  for (const group of groups) addOptions(command, group);
  if (definition.configured)
    command.addOption(new Option('--no-config', 'read no such file').helpGroup('Run:'));
  command.addHelpOption(new Option('-h, --help', 'show this').helpGroup('Output:'));
  command.addHelpText('after', afterHelp(definition));
  for (const [name, value] of values ?? []) command.setOptionValueWithSource(name, value, 'config');
  command.action(async () => {
    if ('thrown' in surroundings) await perform(() => Promise.reject(surroundings.thrown), command.opts());
    else await act(command, entry, definition, ofEnvironment);
  });
};

const act = async (
  command: Command,
  entry: CommandEntry,
  { stopsWhenAsked }: CommandDefinition,
  ofEnvironment: readonly string[],
): Promise<void> => {
  const options = command.opts<{ json: boolean }>();
  const given = new Map(Object.entries(options));
  const environmentOptions = Object.fromEntries(ofEnvironment.map(name => [name, given.get(name)]));
  const call: Omit<Call, 'signal'> = {
    command: entry.name,
    arguments: command.args,
    given: command.options
      .filter(option => command.getOptionValueSource(option.attributeName()) === 'cli')
      .map(option => ({ name: option.attributeName(), flag: option.long ?? option.flags })),
    tell: object => {
      if (options.json) sayJson(object);
    },
    describe: () => describeAll(),
  };
  try {
    await perform(
      async signal => {
        const { action } = await entry.action();
        return action({ ...options, environmentOptions } as never, { ...call, signal });
      },
      { ...options, ...(stopsWhenAsked && { stopsWhenAsked }) },
    );
  } finally {
    const { closeEnvironments } = await import('../environments/open.ts');
    await closeEnvironments();
  }
};

interface Groups {
  readonly groups: readonly OptionGroup[];
  /** Names of the options that environments declare. */
  readonly ofEnvironment: readonly string[];
}

interface Surroundings extends Groups {
  /** From a configuration file. */
  readonly values?: ReadonlyMap<string, unknown>;
}

/** All that decides on a command's options besides itself: the environment that is named, and the file. */
const surroundingsOf = async (
  { name }: CommandEntry,
  definition: CommandDefinition,
  words: readonly string[],
): Promise<Surroundings> => {
  if (!definition.configured) return groupsOf(definition);
  const { configuredValues, loadConfig, rawValue } = await import('./options/config-file.ts');
  const file = await loadConfig(words.includes('--no-config') ? false : wordAfter('--config', words));
  const environment = wordAfter('--environment', words) ?? (file && rawValue(file, name, 'environment'));
  const own = definition.playsEnvironment && (await ownEnvironment(environment));
  const groups = await groupsOf(definition, own || undefined);
  return file
    ? { ...groups, values: configuredValues(file, name, await configurable(own || undefined)) }
    : groups;
};

const ownEnvironment = async (environment: unknown): Promise<EnvironmentDefinition | undefined> => {
  const { definitionOf, isModulePath } = await import('../environments/registry.ts');
  return typeof environment === 'string' && isModulePath(environment)
    ? definitionOf({ module: resolve(environment) })
    : undefined;
};

/** All of a command's options, in the order of `--help`. */
export const groupsOf = async (
  { options, playsEnvironment, configured }: CommandDefinition,
  own?: EnvironmentDefinition,
): Promise<Groups> => {
  const { outputOptions } = await import('./options/common.ts');
  const others = [
    ...options,
    ...(configured ? [(await import('./options/config-file.ts')).configOptions] : []),
    outputOptions,
  ];
  if (!playsEnvironment) return { groups: others, ofEnvironment: [] };
  const { environmentOptions } = await import('./options/environment.ts');
  const taken = new Set(others.flatMap(({ shape }) => Object.keys(shape)));
  const group = environmentOptions(taken, own);
  const ofEnvironment = Object.keys(group.shape).filter(name => name !== 'environment');
  return { groups: [group, ...others], ofEnvironment };
};

/** All commands with their options, with those of an environment of one's own. */
const describeAll = async (own?: EnvironmentDefinition) => {
  const { optionsIn } = await import('./options/group.ts');
  return Promise.all(
    commands.map(async ({ name, about, definition }) => {
      const { command } = await definition();
      const { groups } = await groupsOf(command, own);
      return { name, about, configured: command.configured, options: groups.flatMap(optionsIn) };
    }),
  );
};

/** The commands whose options a configuration file may hold. */
const configurable = async (own: EnvironmentDefinition | undefined) =>
  (await describeAll(own))
    .filter(({ configured }) => configured !== undefined)
    .map(({ configured, ...command }) => ({ ...command, hasSection: configured === 'section' }));

const attempt = async <T>(
  work: () => Promise<T>,
): Promise<{ readonly value: T } | { readonly thrown: unknown }> => {
  try {
    return { value: await work() };
  } catch (thrown) {
    return { thrown };
  }
};

/** What stands after a flag, before the command line is parsed as a whole. */
const wordAfter = (flag: string, words: readonly string[]): string | undefined => {
  const place = words.findLastIndex(word => word === flag || word.startsWith(`${flag}=`));
  const word = words[place];
  return word === flag ? words[place + 1] : word?.slice(flag.length + 1);
};

const afterHelp = ({ notes, examples }: CommandDefinition): string => {
  const lines = examples.map(example => example.split('   '));
  const width = Math.max(...lines.map(([line = '', about]) => (about === undefined ? 0 : line.length)));
  const shown = lines.map(
    ([line = '', about]) => `  ${about ? `${line.padEnd(width)}   ${about.trim()}` : line}`,
  );
  return `${notes ? `\n${notes}\n` : ''}\nExamples:\n${shown.join('\n')}`;
};
