import { messageOf } from '../base/errors.ts';
import type { Json, JsonObject } from '../dialogue/json.ts';
import type { ToolCall } from '../dialogue/message.ts';
import type { CallRecord } from '../dialogue/turn.ts';

/** A tool as the agent's model is told of it, in JSON Schema, with what the search and the small model need. */
export interface Tool {
  readonly name: string;
  readonly description: string;
  readonly parameters: JsonObject;
  /** True if a call can change the environment's state. */
  readonly mutating: boolean;
  /** Fields of a result that a small model sees (dotted paths into the object, or into a list's first element). */
  readonly resultFields?: readonly string[];
}

/** Something to reach; the reward of a task is the share of its goals that were reached. */
export interface Goal {
  /** Unique within its task, for example `hotel/search_hotel`. */
  readonly id: string;
  /** The tool that reaches it, for error analysis. */
  readonly tool: string;
  /** What a right call looks like, for error analysis. */
  readonly arguments: JsonObject;
}

/** What every task has; each environment adds what it needs. */
export interface Task {
  readonly id: string;
  /** The kind of task, for break-downs in reports, for example `hotel+train`. */
  readonly type: string;
  /** The user's instructions in sentences, for simulators that read English. */
  readonly instructions: readonly string[];
}

/** What a call did: the state after it, and the record of it. */
export interface CallOutcome<State> {
  readonly state: State;
  readonly record: CallRecord;
  /** True if the call ends the conversation (a transfer to a human, say). */
  readonly ends?: boolean;
}

/** What goals are judged by: what the agent did in one turn or, at the end, in the whole conversation. */
export interface AgentTurn<State = unknown> {
  readonly calls: readonly CallRecord[];
  /** After the last of the calls. */
  readonly state: State;
  /** The agent's texts to the user. */
  readonly said: readonly string[];
}

/** How conversations are paced: what a step of the agent is, and how many of what there may be. */
export interface Pace {
  /** An agent's step is a whole turn of up to three model requests, or one request. */
  readonly unit: 'turns' | 'requests';
  /** Agent steps per turn of a tree search. */
  readonly tries: number;
  /** Rounds of a tree search. */
  readonly rounds: number;
  /** Visible messages of a conversation that is run straight through. */
  readonly messages: number;
  /** Agent steps of such a conversation. */
  readonly steps: number;
  /** Agent steps per turn of such a conversation (default: `tries`). */
  readonly turnSteps?: number;
  /** True if a user who hangs up with its very first line is not heeded, and the agent answers (default: false). */
  readonly opensAnyway?: boolean;
}

/** ToolWOZ's (toolwoz.md, section 8; josh.md, section 3). */
export const defaultPace: Pace = {
  unit: 'turns',
  tries: 20,
  rounds: 15,
  messages: 15,
  steps: Number.MAX_SAFE_INTEGER,
};

/**
 * A world in which an agent is tested. State is immutable to all but the environment, so that a fork of a conversation is
 * a kept reference; the same calls from the same start give the same records.
 *
 * Whatever a function throws, `ToolCallError`s of `call` apart, is the environment's fault: it ends that line of
 * conversation, or its task, as `environment-fault`, and never counts against the agent.
 *
 * @example
 * const [task] = environment.tasks('train', { count: 1 });
 * const before = environment.start(task);
 * const { state, record } = await environment.call(task, before, toolCall('c1', 'search_hotel', '{"area":"north"}'));
 * environment.reached(task, environment.goals(task), { calls: [record], state, said: [] });
 */
export interface Environment<T extends Task = Task, State = unknown, G extends Goal = Goal> {
  readonly name: string;
  /** What the agent is told it is, before its tools. */
  readonly systemPrompt: string;
  readonly tools: readonly Tool[];
  readonly splits: readonly string[];
  /**
   * Tasks of a split in their fixed order; without `count`, all (a generated split: its default number).
   * @throws JuxtaError `unknown-split`
   */
  tasks(split: string, range?: { readonly start?: number; readonly count?: number }): readonly T[];
  start(task: T): State;
  /**
   * Executes one call. One that cannot be executed at all (its arguments are not JSON, the tool's name cannot be read)
   * rejects with a `ToolCallError` and leaves no trace; refusals are ordinary outputs.
   * @param signal aborted when nobody waits for the answer any more
   */
  call(task: T, state: State, call: ToolCall, signal?: AbortSignal): Promise<CallOutcome<State>>;
  goals(task: T): readonly G[];
  /** Which of the open goals a turn reaches, in goal order, each once. */
  reached(task: T, open: readonly G[], turn: AgentTurn<State>): readonly G[];
  /** The task's reward in [0, 1] for a finished conversation. `said` are the agent's texts to the user. */
  outcome(task: T, state: State, said: readonly string[]): number;
  /** What only a judge can tell of a finished conversation, in sentences; the reward is kept only if all hold (default: none). */
  criteria?(task: T): readonly string[];
  /** What it cost so far to play in it, by name, for example `{ sessions: 12, forks: 30, replayed: 41 }` (default: nothing). */
  counts?(): Readonly<Record<string, number>>;
  /** What of a state people are shown (default: all of it). */
  inspect?(state: State): unknown;
  /** Frees what the environment holds (processes, connections). It is not used afterwards. */
  dispose?(): Promise<void>;
  /** Default: `defaultPace`. */
  readonly pace?: Pace;
  /** True if a search that reached every goal is still judged by `outcome` on its golden leaf. */
  readonly judgesFinalState?: boolean;
  /**
   * Of an environment that reproduces a published one: what computing the reward left of the state there, in trees that go on
   * after a call that ends a conversation. Null if the call raised. Only the reference protocol asks.
   */
  afterReward?(task: T, state: State): State | null;
  /** Where given: shown beside results, for example what doing nothing scores. */
  readonly notes?: readonly string[];
}

/**
 * The environment failed, not the agent: a lost connection, a bug, data that are not as they should be. Ends a line of
 * conversation as `environment-fault`.
 */
export class EnvironmentFault extends Error {
  override readonly name = 'EnvironmentFault';
}

/** What an environment threw, as its fault. */
export const environmentFault = (thrown: unknown): EnvironmentFault =>
  thrown instanceof EnvironmentFault ? thrown : new EnvironmentFault(messageOf(thrown), { cause: thrown });

/** A call that could not be executed and left no trace. Its message is fit to be shown to the model. */
export class ToolCallError extends Error {
  override readonly name = 'ToolCallError';
}

/** Parses a call's arguments, which models may send as anything. @throws ToolCallError if they are not JSON */
export const parseArguments = (call: ToolCall): Json => {
  try {
    return JSON.parse(call.function.arguments) as Json;
  } catch (cause) {
    throw new ToolCallError(`the arguments of ${call.function.name} are not valid JSON: ${String(cause)}`, {
      cause,
    });
  }
};
