/** Tasks that were made from a conversation between people: what was said, customer and agent by turns. */
import { JuxtaError } from '../base/errors.ts';
import type { Task } from '../environments/environment.ts';

/** @throws JuxtaError `no-source-dialogue` */
export const sourceDialogue = (task: Task): readonly string[] => {
  if ('sourceDialogue' in task && Array.isArray(task.sourceDialogue) && task.sourceDialogue.length > 0) {
    return task.sourceDialogue as readonly string[];
  }
  throw new JuxtaError('no-source-dialogue', `task ${task.id} was not made from a recorded conversation`, {
    hint: 'The users `guide` and `script` need one (ToolWOZ tasks have it). Use `goal` or `agenda`.',
  });
};
