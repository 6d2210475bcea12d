/** Options on a commander command: their flags, their lines in `--help`, and the values they take. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type OptionGroup, optionsIn } from './group.ts';
import { type OptionSpec, readOption } from './option.ts';

/** Adds a group's options under its title. */
export const addOptions = (command: Command, group: OptionGroup): void => {
  for (const option of optionsIn(group)) command.addOption(flagOf(option).helpGroup(`${group.title}:`));
};

const flagOf = (option: OptionSpec): Option => {
  const flag = new Option(`${option.flag}${valueIn(option)}`, option.help);
  if (option.kind === 'switch') return flag;
  if (option.choices.length > 0) flag.choices(option.choices.map(String));
  if (option.kind !== 'list') flag.argParser(text => parsed(option, text));
  if (option.default !== undefined) flag.default(option.default, option.shownDefault);
  return option.isRequired ? flag.makeOptionMandatory() : flag;
};

const valueIn = ({ kind, placeholder, isValueOptional }: OptionSpec): string => {
  if (kind === 'switch') return '';
  const value = kind === 'list' ? `${placeholder}...` : placeholder;
  return isValueOptional ? ` [${value}]` : ` <${value}>`;
};

const parsed = (option: OptionSpec, text: string): unknown => {
  const read = readOption(option, text);
  if ('value' in read) return read.value;
  throw new InvalidArgumentError(read.problem);
};
