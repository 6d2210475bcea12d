/** A plain conversation, for tests in the rooms of the script user and the ground-truth agent; real runs use `search/`. */
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
  /** Whether the user hung up, or a tool ended the conversation. */
  readonly over: boolean;
}

const noModel: Model = { id: 'none', generate: () => Promise.reject(new Error('no model')) };

/** Plays a task to its end, in at most so many agent steps. */
export const talk = async <T extends Task, S, A, U>(
  environment: Environment<T, S>,
  task: T,
  agent: Agent<A>,
  user: User<U>,
  { model = noModel, seed = 1, steps = 100 }: { model?: Model; seed?: number; steps?: number } = {},
): Promise<Talk> => {
  let state = environment.start(task);
  let memory = agent.memory;
  let mood = user.begin(task, hash(seed, task.id));
  let over = false;
  const visible: Message[] = [];
  const internal: Message[] = [];
  for (let step = 0, isUsers = true, meaning = {}; step < steps && !over; step++) {
    if (isUsers) {
      const reply = await user.reply({
        task,
        messages: visible,
        memory: mood,
        seed: hash(seed, 'user', step),
      });
      if (reply.fault) throw new Error(reply.fault);
      mood = reply.memory;
      meaning = reply.meaning === undefined ? {} : { meaning: reply.meaning };
      visible.push({ role: 'user', content: reply.text });
      internal.push({ role: 'user', content: reply.text });
      over = reply.done;
      if (over) break;
    }
    const done = await agent.step(model, {
      systemPrompt: environment.systemPrompt,
      internal,
      tools: environment.tools,
      temperature: 1,
      maxTokens: 64,
      seed: hash(seed, 'agent', step),
      memory,
      ...meaning,
      execute: async call => {
        const outcome = await environment.call(task, state, call);
        state = outcome.state;
        over ||= outcome.ends === true;
        return outcome.record;
      },
    });
    if (done.status === 'gave-up') throw new Error(done.error);
    memory = done.memory;
    visible.push(...done.visible);
    internal.push(...done.internal);
    isUsers = done.status === 'spoke';
  }
  const said = visible.flatMap(({ role, content }) => (role === 'assistant' && content ? [content] : []));
  return { visible, internal, reward: environment.outcome(task, state, said), over };
};
