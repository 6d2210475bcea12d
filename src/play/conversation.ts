/**
 * One conversation, as immutable state: environment, agent and user take turns on it. The tree search forks it
 * (`search-tree.ts`), evaluation runs it straight through (`converse.ts`).
 */
import { type Agent, OUT_OF_TRIES } from '../agents/agent.ts';
import { messageOf } from '../base/errors.ts';
import { hash } from '../base/random.ts';
import type { Json } from '../dialogue/json.ts';
import type { Message, ToolCall } from '../dialogue/message.ts';
import { type CallRecord, type Cause, noUsage, type Turn } from '../dialogue/turn.ts';
import {
  type AgentTurn,
  type Environment,
  EnvironmentFault,
  environmentFault,
  type Goal,
  type Task,
  ToolCallError,
} from '../environments/environment.ts';
import { RequestFault } from '../models/fault.ts';
import { type Model, ModelError } from '../models/model.ts';
import type { User } from '../users/user.ts';
import type { Moment, Play, Played } from './play.ts';
import { asking, PlayFault, UnsendableReply } from './play-fault.ts';

/** Who plays: everything that a conversation needs besides its task and seed. */
export interface Cast {
  readonly environment: Environment;
  readonly agent: Agent;
  readonly model: Model;
  readonly user: User;
  readonly temperature: number;
  /** Most tokens per request to the agent's model. */
  readonly maxTokens: number;
  /** `reference`: what raises in the reference costs what it costs there (toolwoz.md, sections 8 and 9). */
  readonly protocol?: 'default' | 'reference';
}

/** The system prompt of the agent's model. */
export const systemPromptOf = ({ environment, agent }: Pick<Cast, 'environment' | 'agent'>): string =>
  agent.systemPrompt?.(environment.systemPrompt, environment.tools) ?? environment.systemPrompt;

export interface ConversationState {
  readonly environment: unknown;
  readonly agent: unknown;
  readonly user: unknown;
  readonly visible: readonly Message[];
  readonly internal: readonly Message[];
  /** What the agent did in its last step: what rewards are judged by. */
  readonly recent: Pick<AgentTurn, 'calls' | 'said'>;
  /** What the user meant last, for scripted agents. */
  readonly meaning: Json | undefined;
  /** Why the user cannot be asked next: what the agent said last cannot be sent, on which the reference raises. */
  readonly unsendable?: string | undefined;
}

const nothing = { calls: [], said: [] } as const;

/**
 * The parts of a conversation as the search plays them. Seeds depend on the task, the node and the turn alone.
 * @throws PlayFault if the environment cannot begin the task, or the user cannot play it
 */
export const conversationPlay = (
  cast: Cast,
  task: Task,
  seed: number,
): Play<ConversationState, Goal> & { readonly start: ConversationState } => {
  const { environment, agent, user } = cast;
  const mutating = new Set(environment.tools.filter(tool => tool.mutating).map(tool => tool.name));
  return {
    goals: asking(() => environment.goals(task)),
    start: {
      environment: asking(() => environment.start(task)),
      agent: agent.memory,
      user: begun(user, task, hash(seed, task.id, 'user')),
      visible: [],
      internal: [],
      recent: nothing,
      meaning: undefined,
    },
    agentStep: async (state, at, signal) => {
      const played = await agentStep(cast, task, state, seedOf(seed, task, 'agent', at), signal);
      const mutated = played.turn.calls.some(call => mutating.has(call.name));
      return mutated ? { ...played, mutated } : played;
    },
    userStep: (state, at, signal) => userStep(cast, task, state, seedOf(seed, task, 'user', at), signal),
    hits: (state, open) =>
      asking(() => environment.reached(task, open, { ...state.recent, state: state.environment })),
    close: (open, closed) => ({ left: open.filter(goal => !closed.includes(goal)) }),
    outOfTries: state => {
      const visible: readonly Message[] = [{ role: 'assistant', content: OUT_OF_TRIES }];
      const internal = agent.outOfTries ?? visible;
      return {
        state: {
          ...state,
          visible: [...state.visible, ...visible],
          internal: [...state.internal, ...internal],
          // Only the published trees of such an environment break on it.
          unsendable: environment.afterReward ? agent.outOfTriesError : undefined,
        },
        turn: { speaker: 'agent', visible, internal, calls: [], usage: noUsage },
      };
    },
  };
};

const begun = (user: User, task: Task, seed: number): unknown => {
  try {
    return user.begin(task, seed);
  } catch (thrown) {
    throw new PlayFault(causeOfUser(thrown), thrown);
  }
};

const seedOf = (seed: number, task: Task, who: string, at: Moment): number =>
  hash(seed, task.id, who, at.path, at.index);

const agentStep = async (
  { environment, agent, model, temperature, maxTokens }: Cast,
  task: Task,
  state: ConversationState,
  seed: number,
  signal: AbortSignal,
): Promise<Played<ConversationState>> => {
  let world = state.environment;
  let ended = false;
  let fault: EnvironmentFault | undefined;
  const made: CallRecord[] = [];
  const call = async (wanted: ToolCall): Promise<CallRecord> => {
    try {
      const outcome = await environment.call(task, world, wanted, signal);
      world = outcome.state;
      ended ||= outcome.ends === true;
      made.push(outcome.record);
      return outcome.record;
    } catch (thrown) {
      if (thrown instanceof ToolCallError || signal.aborted) throw thrown;
      fault ??= environmentFault(thrown);
      throw fault;
    }
  };
  // An agent may ask for several calls at once: each finds the state that the one before it left.
  let last: Promise<unknown> = Promise.resolve();
  try {
    const step = await agent.step(
      model,
      {
        systemPrompt: environment.systemPrompt,
        internal: state.internal,
        tools: environment.tools,
        temperature,
        maxTokens,
        seed,
        memory: state.agent,
        ...(state.meaning !== undefined && { meaning: state.meaning }),
        execute: wanted => {
          const result = last.then(() => call(wanted));
          last = result.catch(() => undefined);
          return result;
        },
      },
      signal,
    );
    if (fault) throw fault; // An agent that goes on regardless has nothing to stand on.
    const { visible, internal, calls, usage, error } = step;
    return {
      state: {
        ...state,
        environment: world,
        agent: step.memory,
        visible: [...state.visible, ...visible],
        internal: [...state.internal, ...internal],
        recent: { calls, said: visible.map(message => message.content ?? '') },
        unsendable: step.status === 'spoke' ? error : undefined,
      },
      turn: { speaker: 'agent', visible, internal, calls, usage, ...(error !== undefined && { error }) },
      ...(ended
        ? { status: 'over', cause: 'environment-ended' }
        : step.status === 'gave-up'
          ? { status: 'over', cause: 'agent-error' }
          : { status: step.status }),
    };
  } catch (thrown) {
    const cause = causeOf(thrown);
    const turn: Turn = {
      speaker: 'agent',
      visible: [],
      internal: [],
      calls: made,
      usage: noUsage,
      error: messageOf(thrown),
    };
    // Calls that no message tells of earn nothing: the winner of a search is a line that can be read, and goes on.
    return { state: { ...state, environment: world, recent: nothing }, turn, status: 'over', cause };
  }
};

const userStep = async (
  { user }: Cast,
  task: Task,
  state: ConversationState,
  seed: number,
  signal: AbortSignal,
): Promise<Played<ConversationState>> => {
  try {
    if (state.unsendable !== undefined) throw new UnsendableReply(state.unsendable);
    const view = { task, messages: state.visible, memory: state.user, seed };
    const { text, done, memory, usage, meaning, fault } = await user.reply(view, signal);
    const said: readonly Message[] = [{ role: 'user', content: text }];
    return {
      state: {
        ...state,
        user: memory,
        visible: [...state.visible, ...said],
        internal: [...state.internal, ...said],
        recent: nothing,
        meaning,
      },
      turn: {
        speaker: 'user',
        visible: said,
        internal: said,
        calls: [],
        usage,
        ...(fault !== undefined && { error: fault }),
      },
      status: done || fault !== undefined ? 'over' : 'spoke',
      ...(fault !== undefined ? { cause: 'user-fault' } : done ? { cause: 'user-ended' } : {}),
    };
  } catch (thrown) {
    const turn: Turn = {
      speaker: 'user',
      visible: [],
      internal: [],
      calls: [],
      usage: noUsage,
      error: messageOf(thrown),
    };
    return { state, turn, status: 'over', cause: causeOfUser(thrown), thrown };
  }
};

/** Whatever a user throws that is not the endpoint's doing is the simulator's. */
export const causeOfUser = (thrown: unknown): Cause => {
  if (thrown instanceof UnsendableReply) return 'agent-error';
  const known = thrown instanceof ModelError || thrown instanceof EnvironmentFault;
  const cause = known ? causeOf(thrown) : 'user-fault';
  return cause === 'agent-error' ? 'user-fault' : cause;
};

/** Only what the model itself did wrong counts against the agent; a bug of ours is an infrastructure fault too. */
const causeOf = (thrown: unknown): Cause => {
  if (thrown instanceof EnvironmentFault) return 'environment-fault';
  if (!(thrown instanceof ModelError)) return 'infrastructure-fault';
  if (thrown instanceof RequestFault && thrown.conversation) return thrown.conversation;
  if (thrown.fault === 'agent') return 'agent-error';
  return thrown.fault === 'budget' ? 'budget' : 'infrastructure-fault';
};
