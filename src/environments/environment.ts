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

/** What a rule-based user wants in one topic (domain) of a travel task. Values are texts: slot → value. */
export interface AgendaTopic {
  readonly domain: string;
  readonly inform: Readonly<Record<string, string>>;
  /** A first choice that the user asks for before `inform`: it should fail; if it does not, the user changes its mind. */
  readonly firstInform?: Readonly<Record<string, string>>;
  readonly book?: Readonly<Record<string, string>>;
  /** Booking details to be tried before `book`. */
  readonly firstBook?: Readonly<Record<string, string>>;
  readonly requests: readonly string[];
}
export interface Agenda {
  /** In the order in which the user raises them. */
  readonly topics: readonly AgendaTopic[];
}

export interface Task {
  readonly id: string;
  /** The kind of task, for break-downs in reports, for example `hotel+train`. */
  readonly type: string;
  /** The user's instructions in sentences, for simulators that read English. */
  readonly instructions: readonly string[];
  /** The user's wishes as data, for the rule-based simulator. */
  readonly agenda?: Agenda;
  /** What a judge must find true of the conversation, besides the environment's reward (τ²-bench). */
  readonly assertions?: readonly string[];
}

export interface CallOutcome<State> {
  readonly state: State;
  readonly record: CallRecord;
  /** True if the call ends the conversation (a transfer to a human, say). */
  readonly ends?: boolean;
}

/** How conversations are paced: what a step of the agent is, and how many of what there may be. */
export interface Pace {
  /** An agent's step is a whole turn of up to three model requests, or one request. */
  readonly unit: 'turns' | 'requests';
  /** Agent steps per turn. */
  readonly tries: number;
  /** Rounds of a tree search. */
  readonly rounds: number;
  /** Visible messages of a conversation that is run straight through. */
  readonly messages: number;
  /** Agent steps of such a conversation. */
  readonly steps: number;
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
 * A world in which an agent is tested: a pure reducer over immutable state. It knows no model, no clock and no
 * global randomness, so a fork of a conversation is a kept reference and a replay gives the same bytes.
 *
 * @example
 * const [task] = environment.tasks('train', { count: 1 });
 * const before = environment.start(task);
 * const { state, record } = environment.call(task, before, toolCall('c1', 'search_hotel', '{"area":"north"}'));
 * environment.reached(task, environment.goals(task), [record]); // goals that this turn's calls reached
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
   * Executes one call. A call that the environment cannot execute at all (its arguments are not JSON, the tool's
   * name cannot be read) throws a `ToolCallError` and leaves no trace; refusals are ordinary outputs.
   */
  call(task: T, state: State, call: ToolCall): CallOutcome<State>;
  goals(task: T): readonly G[];
  /** Which of the open goals the calls of one turn reach, in goal order, each once. */
  reached(task: T, open: readonly G[], calls: readonly CallRecord[]): readonly G[];
  /** The task's reward in [0, 1] for a finished conversation. `said` are the agent's texts to the user. */
  outcome(task: T, state: State, said: readonly string[]): number;
  /** Default: `defaultPace`. */
  readonly pace?: Pace;
  /** True if a search that reached every goal is still judged by `outcome` on its golden leaf (τ-bench). */
  readonly judgesFinalState?: boolean;
  /** Where given: shown beside results, for example what doing nothing scores. */
  readonly notes?: readonly string[];
}

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
