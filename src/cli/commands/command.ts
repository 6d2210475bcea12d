/** What a command is, and how it is told what it was called with. Nothing here knows any command by name. */
import type { OptionGroup, OptionsOf } from '../options/group.ts';
import type { DescribedCommand } from '../terminal/completion.ts';

/** A command's options and arguments; what it does is loaded apart, once all of them have been read. */
export interface CommandDefinition<Groups extends readonly unknown[] = readonly OptionGroup[]> {
  readonly options: Groups;
  /** `<name>`, or `[name]` if it may be left out, with what it is. */
  readonly arguments?: Readonly<Record<string, string>>;
  /** Command lines, in the order of a reader's interest; what stands after three blanks explains. */
  readonly examples: readonly string[];
  /** Said above the examples. */
  readonly notes?: string;
  /** It takes the options of environments, too. */
  readonly playsEnvironment?: true;
  /** A configuration file may hold its options: in a section of its own, or, where it only looks, at the top. */
  readonly configured?: 'section' | 'top';
  /** The first Ctrl-C asks it to stop and keep what is finished, and only the second ends it. */
  readonly stopsWhenAsked?: true;
}

export const defineCommand = <const Groups extends readonly OptionGroup[]>(
  definition: CommandDefinition<Groups>,
): CommandDefinition<Groups> => definition;

/** The values of a command's options. */
export type ValuesIn<Command> =
  Command extends CommandDefinition<infer Groups> ? OptionsOf<Groups> & { readonly json: boolean } : never;

/** How a command was called, besides its options. */
export interface Call {
  /** `data pull` */
  readonly command: string;
  readonly arguments: readonly (string | undefined)[];
  /** Options that stand on the command line, by name and flag; what a file says is none of them. */
  readonly given: readonly { readonly name: string; readonly flag: string }[];
  readonly signal: AbortSignal;
  /** Prints the object of `--json` now, for a command that goes on; it then returns nothing. */
  readonly tell: (object: object) => void;
  /** All commands with their options. */
  readonly describe: () => Promise<readonly DescribedCommand[]>;
}

/**
 * What a command does.
 * @returns what `--json` prints
 */
export type Action<Options> = (options: Options, call: Call) => Promise<object | undefined>;

/** Whether an option stands on the command line; what a file says may be meant for another command. */
export type Given = (option: string) => boolean;

export const givenIn =
  ({ given }: Pick<Call, 'given'>): Given =>
  option =>
    given.some(({ name }) => name === option);
