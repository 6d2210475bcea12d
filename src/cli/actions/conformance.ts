import { replaySuite } from '../../replay/suites.ts';
import type { Action } from '../commands/command.ts';
import type { Options } from '../commands/conformance.ts';
import { say } from '../terminal/terminal.ts';

/** The exit code is 1 if anything differs. */
export const action: Action<Options> = async ({ show }, { arguments: [suite = '', file = ''] }) => {
  const { matched, mismatches } = await replaySuite(suite, file);
  for (const mismatch of mismatches.slice(0, show)) say(mismatch);
  if (mismatches.length > show) say(`… and ${mismatches.length - show} more`);
  say(`${matched} matched, ${mismatches.length} mismatched`);
  if (mismatches.length > 0) process.exitCode = 1;
  return { suite, file, matched, mismatches };
};
