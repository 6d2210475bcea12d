import { noUsage } from '../../dialogue/turn.ts';
import type { Task } from '../../environments/environment.ts';
import type { User } from '../user.ts';
import { processTerminal, type Terminal } from './terminal.ts';

/** You play the user: the task is shown, the agent's texts are printed, your lines are read. */
export const humanUser = (terminal: Terminal = processTerminal()): User<null> => ({
  name: 'human',
  begin: () => null,
  reply: async ({ task, messages }, signal) => {
    if (messages.length === 0) terminal.show(introduction(task));
    for (const message of sinceOwnLine(messages)) terminal.show(`agent: ${message.content ?? ''}`);
    let line: string | null;
    do {
      line = await terminal.ask('you:   ', signal);
    } while (line !== null && line.trim() === '');
    const done = line === null || HANG_UP.test(line.trim());
    return { text: done ? 'Goodbye.' : line!.trim(), done, memory: null, usage: noUsage };
  },
});

const HANG_UP = /^(\/end|END_CONVERSATION)$/;

const introduction = (task: Task): string =>
  `You are the customer. What you want:
${task.instructions.map(sentence => `  ${sentence}`).join('\n')}
Write your lines; hang up with /end or Ctrl-D.`;

const sinceOwnLine = <M extends { readonly role: string }>(messages: readonly M[]): readonly M[] =>
  messages.slice(messages.findLastIndex(message => message.role === 'user') + 1);
