/** A plain conversation, for tests in the rooms of the agenda user and the scripted agent; real runs use `search/`. */
import type { Agent } from '../../../agents/agent.ts';
import { hash } from '../../../base/random.ts';
import type { Message } from '../../../dialogue/message.ts';
import type { Environment, Task } from '../../../environments/environment.ts';
import type { Model } from '../../../models/model.ts';
import type { User } from '../../../users/user.ts';

export interface Talk {
  readonly visible: readonly Message[];
  readonly internal: readonly Message[];
  readonly reward: number;
  readonly agentTurns: number;
  readonly done: boolean;
  /** Tool names of the goals that were not reached. */
  readonly failed: readonly string[];
}

const MOST_MESSAGES = 15;
const noModel: Model = { id: 'none', generate: () => Promise.reject(new Error('no model')) };

/** Plays a task as a normal ToolWOZ run does: at most 15 visible messages (toolwoz.md, section 8). */
export const talk = async <T extends Task, S, A, U>(
  environment: Environment<T, S>,
  task: T,
  agent: Agent<A>,
  user: User<U>,
  seed: number,
): Promise<Talk> => {
  let state = environment.start(task);
  let open = environment.goals(task);
  let memory = agent.memory;
  let mood = user.begin(task, hash(seed, task.id));
  const visible: Message[] = [];
  const internal: Message[] = [];
  let agentTurns = 0;
  let done = false;
  const said: string[] = [];
  while (visible.length < MOST_MESSAGES && !done) {
    const reply = await user.reply({
      task,
      messages: visible,
      memory: mood,
      seed: hash(seed, task.id, 'user', agentTurns),
    });
    if (reply.fault) throw new Error(reply.fault);
    mood = reply.memory;
    done = reply.done;
    const spoken: Message = { role: 'user', content: reply.text };
    visible.push(spoken);
    internal.push(spoken);
    if (done) break;
    const step = await agent.step(noModel, {
      systemPrompt: environment.systemPrompt,
      internal,
      tools: environment.tools,
      temperature: 1,
      maxTokens: 64,
      seed: hash(seed, task.id, 'agent', agentTurns),
      memory,
      ...(reply.meaning !== undefined && { meaning: reply.meaning }),
      execute: async call => {
        const outcome = await environment.call(task, state, call);
        state = outcome.state;
        return outcome.record;
      },
    });
    memory = step.memory;
    visible.push(...step.visible);
    internal.push(...step.internal);
    said.push(...step.visible.map(message => String(message.content)));
    const hits = new Set(
      environment.reached(task, open, { calls: step.calls, state, said }).map(goal => goal.id),
    );
    open = open.filter(goal => !hits.has(goal.id));
    agentTurns++;
  }
  return {
    visible,
    internal,
    reward: environment.outcome(task, state, said),
    agentTurns,
    done,
    failed: open.map(goal => goal.tool),
  };
};

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
    if ((await talk(environment, task, agent, user, seed)).reward === 1) successes++;
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
