/** Conversations for the tests of players, held as an evaluation holds them. */
import type { Agent } from '../agents/agent.ts';
import type { Message } from '../dialogue/message.ts';
import { isFault } from '../dialogue/turn.ts';
import type { Environment, Task } from '../environments/environment.ts';
import type { Model } from '../models/model.ts';
import { converse, type Episode } from '../play/converse.ts';
import type { User } from '../users/user.ts';

export interface Talk extends Episode {
  /** What both have said. */
  readonly visible: readonly Message[];
  /** The agent's side, with its calls and their results. */
  readonly internal: readonly Message[];
  /** Whether the user hung up, or a tool ended the conversation. */
  readonly over: boolean;
}

export interface TalkOptions {
  readonly model?: Model;
  readonly seed?: number;
  readonly maxMessages?: number;
}

const noModel: Model = { id: 'none', generate: () => Promise.reject(new Error('no model')) };
/** More than any of these conversations takes. */
const MAX_STEPS = 100;

/** Plays a task to its end. @throws Error if a fault ended it, or the agent gave up */
export const talk = async <T extends Task, S, A, U>(
  environment: Environment<T, S>,
  task: T,
  agent: Agent<A>,
  user: User<U>,
  { model = noModel, seed = 1, maxMessages = Number.POSITIVE_INFINITY }: TalkOptions = {},
): Promise<Talk> => {
  const cast = {
    environment: environment as Environment,
    agent: agent as Agent,
    user: user as User,
    model,
    temperature: 1,
    maxTokens: 64,
  };
  const episode = await converse(cast, task, seed, { maxMessages, maxSteps: MAX_STEPS });
  const { cause, turns } = episode;
  if (isFault(cause) || cause === 'agent-error')
    throw new Error(turns.findLast(turn => turn.error)?.error ?? cause);
  return {
    ...episode,
    visible: turns.flatMap(turn => turn.visible),
    internal: turns.flatMap(turn => turn.internal),
    over: cause !== 'turn-limit',
  };
};
