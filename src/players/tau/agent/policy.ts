/** What a scripted agent does next: the next call of the ground truth, or its answer, with errors as often as wanted. */
import type { Random } from '../../../base/random.ts';
import type { ScriptLine } from '../../../environments/tau-bench/script.ts';

export type Move =
  | { readonly call: { readonly name: string; readonly arguments: string } }
  | { readonly text: string };

/** What must be done in answer to one line of the user. */
export type Duty = Pick<ScriptLine, 'actions' | 'outputs'>;

/** The last text within JSON gets a letter too many: an id that is none, a name that nobody has. */
const misspelt = (args: string): string => args.replace(/"(?=[^"]*$)/, 'x"');

const answer = (outputs: readonly string[]): string =>
  outputs.length === 0
    ? 'That is done. What else can I do for you?'
    : `Here is what you asked for: ${outputs.join('; ')}.`;

/**
 * The next move after `made` calls for this line. With probability `errorRate` it errs: it misspells an argument, speaks before
 * everything is done, or keeps the outputs to itself.
 */
export const nextMove = (
  { actions, outputs }: Duty,
  made: number,
  draws: Random,
  errorRate: number,
): Move => {
  const errs = draws.chance(errorRate);
  const action = actions[made];
  if (!action) return { text: answer(errs ? [] : outputs) };
  if (!errs) return { call: { name: action.name, arguments: action.arguments } };
  return draws.chance(0.5)
    ? { text: 'I am sorry, I cannot do that.' }
    : { call: { name: action.name, arguments: misspelt(action.arguments) } };
};
