import type { Json } from '../dialogue/json.ts';
import type { Message, ToolCall } from '../dialogue/message.ts';
import type { CallRecord, Usage } from '../dialogue/turn.ts';
import type { Tool } from '../environments/environment.ts';
import type { Model } from '../models/model.ts';

/** What an agent says when a turn has used up its requests or its tries, in the words of the reference. */
export const OUT_OF_TRIES = 'Error: Agent ran out of retries.';

/** What an agent sees when it is its turn. Memory is immutable: a fork shares it. */
export interface AgentView<Memory = unknown> {
  /** The environment's; the agent may make more of it (`Agent.systemPrompt`). */
  readonly systemPrompt: string;
  /** What the agent's model has seen so far, without the system prompt. */
  readonly internal: readonly Message[];
  readonly tools: readonly Tool[];
  readonly temperature: number;
  readonly maxTokens: number;
  /** Names this step's random stream. */
  readonly seed: number;
  readonly memory: Memory;
  /** What the user meant by its last message, where the user can say it. Only scripted agents read it. */
  readonly meaning?: Json;
  /** Executes a call in the environment, one at a time. Rejects with a `ToolCallError` if it cannot be executed. */
  execute(call: ToolCall): Promise<CallRecord>;
}

/** What an agent did in one step, and whether its turn is over. */
export interface AgentStep<Memory = unknown> {
  /** `spoke`: the turn is over. `acting`: step again. `gave-up`: this line of conversation is over. */
  readonly status: 'spoke' | 'acting' | 'gave-up';
  /** Added to the visible conversation. */
  readonly visible: readonly Message[];
  /** Added to what the model sees. */
  readonly internal: readonly Message[];
  readonly calls: readonly CallRecord[];
  readonly usage: Usage;
  readonly memory: Memory;
  /** Why it gave up; of an agent that spoke, why its words cannot be sent to the user. */
  readonly error?: string;
}

/**
 * A strategy that turns a model into an agent. What was done before something threw must not be lost, so a step
 * reports failures of the model's own making as `gave-up`; it throws only `ModelError`s that are no fault of the agent.
 */
export interface Agent<Memory = unknown> {
  readonly name: string;
  /** The memory with which a conversation starts. */
  readonly memory: Memory;
  /** Makes its system prompt from the environment's prompt and tools (default: that prompt as it is). */
  systemPrompt?(environmentPrompt: string, tools: readonly Tool[]): string;
  /** What its model sees of having used up the tries of a turn (default: the apology that the user sees). */
  readonly outOfTries?: readonly Message[];
  /** Why the user cannot be asked after that, where the reference raises. */
  readonly outOfTriesError?: string;
  step(model: Model, view: AgentView<Memory>, signal?: AbortSignal): Promise<AgentStep<Memory>>;
}
