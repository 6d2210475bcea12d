import { JuxtaError } from '../../../base/errors.ts';
import type { Json } from '../../../dialogue/json.ts';
import { noUsage } from '../../../dialogue/turn.ts';
import type { Task } from '../../../environments/environment.ts';
import { farewell, scriptOf } from '../../../environments/tau-bench/script.ts';
import type { TauTask } from '../../../environments/tau-bench/task.ts';
import type { User } from '../../../users/user.ts';

/** How many lines were said. */
export interface ScriptMemory {
  readonly line: number;
}

const tauTask = (task: Task): TauTask => {
  if ('actions' in task && 'outputs' in task) return task as TauTask;
  throw new JuxtaError('no-script', `task ${task.id} has no ground truth for the script user to speak from`, {
    hint: 'The script user plays τ-bench tasks; take another one here.',
  });
};

/**
 * A user that says what the task's ground truth calls for, line by line, whatever the agent answers, and hangs up. It needs
 * no model. Each line means, for scripted agents: `{ task, line, actions, outputs }`.
 */
export const scriptUser = (): User<ScriptMemory> => ({
  name: 'script',
  begin: task => {
    tauTask(task);
    return { line: 0 };
  },
  reply: async ({ task, memory }) => {
    const said = scriptOf(tauTask(task))[memory.line];
    const next = { memory: { line: memory.line + 1 }, usage: noUsage };
    if (!said) return { text: farewell, done: true, ...next };
    const { text, actions, outputs } = said;
    const meaning = { task: task.id, line: memory.line, actions, outputs } as unknown as Json;
    return { text, done: false, meaning, ...next };
  },
});
