/** Conversations of the agenda user with the scripted agent: how many succeed, and how they read. */
import type { Agent } from '../../../agents/agent.ts';
import type { Environment, Task } from '../../../environments/environment.ts';
import type { User } from '../../../users/user.ts';
import { type Talk, talk } from '../../talk.testing.ts';

/** As a normal ToolWOZ run has it (toolwoz.md, section 8). */
export const MAX_MESSAGES = 15;

/** Share of the tasks in which an agent reaches every goal. */
export const successRate = async <T extends Task, S, A>(
  environment: Environment<T, S>,
  tasks: readonly T[],
  agent: Agent<A>,
  user: User<unknown>,
  seed: number,
): Promise<number> => {
  let successes = 0;
  for (const task of tasks) {
    const { reward } = await talk(environment, task, agent, user, { seed, maxMessages: MAX_MESSAGES });
    if (reward === 1) successes++;
  }
  return successes / tasks.length;
};

/** A conversation as a page to read. Calls are indented, their results cut to the item's name. */
export const page = (task: Task, { internal, reward }: Talk): string => {
  const lines = internal.map(message => {
    if (message.role === 'tool') return `         → ${summary(message.content)}`;
    if (message.role === 'user') return `User:    ${message.content}`;
    if (message.role === 'assistant' && message.tool_calls) {
      const { name, arguments: args } = message.tool_calls[0]!.function;
      return `         ${name} ${args}`;
    }
    return `Agent:   ${message.content}`;
  });
  return [`# ${task.id} (${task.type}), reward ${reward}`, ...lines].join('\n');
};

const summary = (output: string): string =>
  /"(?:name|trainID)": "([^"]*)"/.exec(output)?.[1] ?? (output === '[]' ? 'nothing' : output);
