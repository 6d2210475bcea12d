/** The command line of a measurement: `--help` tells what the comment at the head of its file says, and its options. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Command } from 'commander';

/** @param file the measurement's own. A wrong option is told in one line before the same help, and ends it with 1. */
export const commandLine = (file: string): Command =>
  new Command(`node bench/${basename(file)}`)
    .description(headOf(file))
    .configureHelp({ helpWidth: 130 })
    .showHelpAfterError()
    .showSuggestionAfterError(false);

const headOf = (file: string): string => {
  const [head] = readFileSync(file, 'utf8').split('\n */');
  return head!.replace('/**\n', '').replaceAll(/^ \* ?/gm, '');
};
