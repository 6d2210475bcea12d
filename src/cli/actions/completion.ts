import { JuxtaError } from '../../base/errors.ts';
import type { Action } from '../commands/command.ts';
import type { Options } from '../commands/completion.ts';
import { completionFor, shells } from '../terminal/completion.ts';
import { say } from '../terminal/terminal.ts';

export const action: Action<Options> = async (_, { arguments: [shell = ''], describe }) => {
  const script = completionFor(shell, await describe());
  if (script === undefined)
    throw new JuxtaError('bad-option', `there is no completion for ${shell}`, {
      hint: `choose one of: ${shells.join(', ')}`,
    });
  say(script);
  return { shell, script };
};
