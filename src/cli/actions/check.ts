import { relative } from 'node:path';
import { type Check, checkEnvironment, type Finding } from '../../environments/check/check.ts';
import type { Options } from '../commands/check.ts';
import type { Action } from '../commands/command.ts';
import { environmentOf, environmentTitle } from '../configure/environment.ts';
import type { EnvironmentOptions } from '../options/environment.ts';
import { say } from '../terminal/terminal.ts';

/** The exit code is 1 if there are errors. */
export const action: Action<Options & EnvironmentOptions> = async (options, call) => {
  const check = await checkEnvironment(
    await environmentOf({ ...options, environment: environmentTitle(options, call) }),
  );
  for (const finding of check.findings) for (const line of linesOf(finding)) say(line);
  say(summaryOf(check));
  if (check.findings.some(({ severity }) => severity === 'error')) process.exitCode = 1;
  return check;
};

const linesOf = ({ severity, where, message, hint }: Finding): readonly string[] => [
  `${severity.padEnd(8)} ${where.replaceAll(`${process.cwd()}/`, '')}: ${message}`,
  ...(hint === undefined ? [] : [`         ${hint}`]),
];

const summaryOf = ({ environment, tools, tasks, findings }: Check): string => {
  const splits = Object.entries(tasks).map(([split, count]) => `${count} ${split}`);
  const counts = (['error', 'warning', 'note'] as const).map(severity =>
    counted(findings.filter(finding => finding.severity === severity).length, severity),
  );
  const title = environment.startsWith('/') ? relative('', environment) : environment;
  return `${title}: ${counted(tools, 'tool')}, tasks: ${splits.join(', ') || 'none'}; ${counts.join(', ')}`;
};

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
