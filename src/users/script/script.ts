import { noUsage } from '../../dialogue/turn.ts';
import type { Task } from '../../environments/environment.ts';
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
    linesOf(task);
    return { line: 0 };
  },
  reply: async ({ task, memory: { line } }) => {
    const text = linesOf(task)[line];
    return {
      text: text ?? STOP_WORD,
      done: text === undefined,
      memory: { line: line + 1 },
      usage: noUsage,
    };
  },
});

/** What the task's own script has the customer say, or what the customer said in the conversation it was made from. */
const linesOf = (task: Task): readonly string[] =>
  'script' in task && Array.isArray(task.script)
    ? (task.script as readonly string[])
    : sourceDialogue(task).filter((_, i) => i % 2 === 0);
