/** What shells need to complete a command line: scripts made from the commands and their options. */
import type { OptionSpec } from '../options/option.ts';

export interface DescribedCommand {
  /** `data pull` */
  readonly name: string;
  readonly about: string;
  readonly options: readonly Pick<OptionSpec, 'flag' | 'help' | 'choices' | 'kind'>[];
}

/** @returns undefined for a shell that is none of `shells` */
export const completionFor = (shell: string, commands: readonly DescribedCommand[]): string | undefined =>
  makers[shell]?.(commands);

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

const firstWords = (commands: readonly DescribedCommand[]): string =>
  [...new Set(commands.map(({ name }) => name.split(' ')[0]))].join(' ');

/** What may stand after the first word, where that alone is no command. */
const secondWords = (commands: readonly DescribedCommand[]): ReadonlyMap<string, readonly string[]> => {
  const found = new Map<string, string[]>();
  for (const { name } of commands) {
    const [first = '', second] = name.split(' ');
    if (second !== undefined) found.set(first, [...(found.get(first) ?? []), second]);
  }
  return found;
};

/** Cases of a shell's `case`: by command and the word before, and by command alone. */
const cases = (commands: readonly DescribedCommand[]): readonly string[] => {
  const lines = commands.flatMap(({ name, options }) => [
    ...options
      .filter(({ choices }) => choices.length > 0)
      .map(({ flag, choices }) => `    ${quoted(`${name} ${flag}`)}) list=${quoted(choices.join(' '))} ;;`),
    `    ${quoted(`${name} `)}*) list=${quoted(options.map(({ flag }) => flag).join(' '))} ;;`,
  ]);
  const parents = [...secondWords(commands)].map(
    ([first, seconds]) => `    ${quoted(`${first} ${first}`)}) list=${quoted(seconds.join(' '))} ;;`,
  );
  return [...parents, ...lines];
};

/** The body of the function, with the words of the line in an array whose first is `juxta`. */
const body = (commands: readonly DescribedCommand[], line: string, at: string, base: number): string => {
  const word = (index: number): string => `\${${line}[${base + index}]}`;
  const nested = [...secondWords(commands).keys()].join('|');
  return `  local command=${word(1)} previous="\${${line}[${at}-1]}" list=
  case $command in ${nested}) [ "$previous" != "$command" ] && command="$command ${word(2)}" ;; esac
  [ "$previous" = ${word(0)} ] && list=${quoted(firstWords(commands))} || case "$command $previous" in
${cases(commands).join('\n')}
  esac`;
};

const bash = (commands: readonly DescribedCommand[]): string => `_juxta() {
${body(commands, 'COMP_WORDS', 'COMP_CWORD', 0)}
  COMPREPLY=($(compgen -W "$list" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _juxta juxta`;

const zsh = (commands: readonly DescribedCommand[]): string => `_juxta() {
${body(commands, 'words', 'CURRENT', 1)}
  compadd -- \${=list}
  [ -n "$list" ] || _files
}
compdef _juxta juxta`;

const fish = (commands: readonly DescribedCommand[]): string =>
  commands
    .flatMap(({ name, about, options }) => {
      const [first = '', second] = name.split(' ');
      const seen = second === undefined ? first : second;
      return [
        `complete -c juxta -f -n __fish_use_subcommand -a ${first} -d ${quoted(about)}`,
        ...(second === undefined
          ? []
          : [`complete -c juxta -f -n '__fish_seen_subcommand_from ${first}' -a ${second}`]),
        ...options.map(({ flag, help, choices, kind }) =>
          [
            `complete -c juxta -n '__fish_seen_subcommand_from ${seen}' -l ${flag.slice(2)} -d ${quoted(help)}`,
            ...(kind === 'switch' ? [] : ['-r']),
            ...(choices.length > 0 ? [`-f -a ${quoted(choices.join(' '))}`] : []),
          ].join(' '),
        ),
      ];
    })
    .join('\n');

const makers: Readonly<Record<string, (commands: readonly DescribedCommand[]) => string>> = {
  bash,
  zsh,
  fish,
};

export const shells: readonly string[] = Object.keys(makers);
