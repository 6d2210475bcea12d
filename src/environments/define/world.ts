/** What an environment of one's own plays in: plain data that tools draft, or a session that lives elsewhere. */
import type { Json, JsonObject } from '../../dialogue/json.ts';
import type { ToolCall } from '../../dialogue/message.ts';
import type { OwnTask } from './task.ts';

/** @typeParam Data where the world stands, immutable: a fork keeps a reference to it */
export interface World<Data> {
  start(task: OwnTask): Data;
  /**
   * @throws ToolCallError if the arguments are not JSON
   * @throws EnvironmentFault
   */
  call(call: ToolCall, scene: Scene<Data>): Promise<Answer<Data>>;
  /** What goals of the kind `state` are judged by. @throws EnvironmentFault if the world cannot tell */
  view(data: Data): JsonObject;
  /** How a task begins, where that is known before anybody plays it: paths of goals are checked against it. @throws EnvironmentFault */
  preview?(task: OwnTask): JsonObject;
  counts?(): Readonly<Record<string, number>>;
  dispose?(): Promise<void>;
}

/** Where and how a call is made. */
export interface Scene<Data> {
  readonly task: OwnTask;
  readonly data: Data;
  /** Calls before this one. */
  readonly index: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** How a call went. `refused`: the arguments were wrong, or the tool threw; such a call reaches no goal. */
export interface Answer<Data> {
  readonly data: Data;
  readonly arguments: Json;
  /** What the model reads. */
  readonly output: string;
  readonly returned: Json;
  readonly refused: boolean;
}

/** What a tool returned, as the model reads it. */
export const outputOf = (returned: Json): string =>
  typeof returned === 'string' ? returned : JSON.stringify(returned);
