import { noUsage } from '../../dialogue/turn.ts';
import { STOP_WORD } from '../sample.ts';
import { sourceDialogue } from '../source.ts';
import type { User } from '../user.ts';

/** How many lines the customer has said. */
export interface ScriptMemory {
  readonly line: number;
}

/**
 * A customer that repeats what was said in the recorded conversation, whatever the agent answers, and then hangs up
 * (toolwoz.md, section 8). It needs no model.
 */
export const scriptUser = (): User<ScriptMemory> => ({
  name: 'script',
  begin: task => {
    sourceDialogue(task);
    return { line: 0 };
  },
  reply: async ({ task, memory: { line } }) => {
    const text = sourceDialogue(task)[2 * line];
    return {
      text: text ?? STOP_WORD,
      done: text === undefined,
      memory: { line: line + 1 },
      usage: noUsage,
    };
  },
});
