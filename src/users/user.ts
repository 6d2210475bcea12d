import type { Json } from '../dialogue/json.ts';
import type { Message } from '../dialogue/message.ts';
import type { Usage } from '../dialogue/turn.ts';
import type { Task } from '../environments/environment.ts';

/** What a user sees: its task, and what was said. */
export interface UserView<Memory = unknown> {
  readonly task: Task;
  /** The visible conversation; empty when the user opens it. */
  readonly messages: readonly Message[];
  readonly memory: Memory;
  /** Names this reply's random stream. */
  readonly seed: number;
}

/** What a user says, and whether that ends the conversation. */
export interface UserReply<Memory = unknown> {
  readonly text: string;
  /** True if the user hangs up with this message. */
  readonly done: boolean;
  /** The user's state after this reply; immutable, so that a fork shares it. */
  readonly memory: Memory;
  readonly usage: Usage;
  /** What the text means, for scripted agents. */
  readonly meaning?: Json;
  /** Present if the simulator itself failed (empty reply, broke character): never the agent's doing. */
  readonly fault?: string;
}

/** A simulated (or real) user. */
export interface User<Memory = unknown> {
  readonly name: string;
  /** The user's state before it has said anything. `seed` names the task's stream. @throws JuxtaError if it cannot play the task */
  begin(task: Task, seed: number): Memory;
  reply(view: UserView<Memory>, signal?: AbortSignal): Promise<UserReply<Memory>>;
}
