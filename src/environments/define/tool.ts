/** A tool of one's own, and one call of it. Words as in the AI SDK and the Model Context Protocol. */
import { create } from 'mutative';
import { JuxtaError, messageOf } from '../../base/errors.ts';
import { type Random, random } from '../../base/random.ts';
import type { Json, JsonObject } from '../../dialogue/json.ts';
import type { ToolCall } from '../../dialogue/message.ts';
import { EnvironmentFault, parseArguments, type Tool } from '../environment.ts';
import type { JsonSchema, StandardSchema, ToolInput } from './input.ts';
import { toolInput } from './input.ts';
import { frozenJson } from './json.ts';
import type { OwnTask } from './task.ts';

/** What a tool is given besides its arguments. */
export interface ToolContext<State> {
  /** Write to it as to any object: what `execute` leaves behind is the state after the call, if it does not throw. */
  readonly state: State;
  readonly task: OwnTask;
  /** Aborted when nobody waits for the answer any more, and after the time-out. */
  readonly signal: AbortSignal;
  /** The same draws whenever the same calls are made in the same task. */
  readonly random: Random;
}

/**
 * A tool. `execute` may be async. What it returns, JSON or a text, is what the model reads. An `Error` that it throws has
 * answered: its message is what the model reads, and the state stays as it was before the call. An `EnvironmentFault`
 * ends the line of conversation, which then counts for nothing.
 *
 * @example
 * const find = {
 *   description: 'Finds an order by its number.',
 *   inputSchema: z.object({ order_id: z.string() }),
 *   readOnly: true,
 *   execute: ({ order_id }, { state }) => state.orders[order_id] ?? 'There is no such order.',
 * };
 */
export interface OwnTool<State, Input = never> {
  readonly description: string;
  /** Any Standard Schema that gives JSON Schema, or JSON Schema. */
  readonly inputSchema: StandardSchema<Input> | JsonSchema;
  /** True if no call changes the state (default: false). */
  readonly readOnly?: boolean;
  readonly execute: (input: Input, context: ToolContext<State>) => unknown;
}

/** A tool that is ready to be called. */
export interface ReadyTool {
  readonly schema: Tool;
  readonly input: ToolInput;
  readonly execute: (input: never, context: ToolContext<never>) => unknown;
}

/** What OpenAI, Anthropic and Google accept as a name. */
const NAME = /^[a-zA-Z_][a-zA-Z0-9_-]{0,63}$/;

/** @throws JuxtaError `bad-tool` naming it */
export const readyTool = (name: string, tool: OwnTool<never>): ReadyTool => {
  const problem = (text: string, hint: string) =>
    new JuxtaError('bad-tool', `the tool ${name} ${text}`, { hint });
  if (!NAME.test(name))
    throw problem(
      'has a name that providers refuse',
      'use letters, digits, _ and -, 64 at most, with a letter first',
    );
  if (typeof tool?.description !== 'string' || tool.description.trim() === '')
    throw problem('has no description', 'say in a sentence what it does: models choose by it');
  if (typeof tool.execute !== 'function')
    throw problem('has no execute', 'give it a function: execute(input, { state })');
  const input = toolInput(name, tool.inputSchema);
  const { description, readOnly = false } = tool;
  const schema = { name, description, parameters: input.jsonSchema, mutating: !readOnly };
  return { schema, input, execute: tool.execute };
};

/** How a call went. `refused`: the arguments were wrong, or the tool threw; nothing has changed then. */
export interface Answer {
  readonly state: JsonObject;
  readonly arguments: Json;
  readonly output: string;
  readonly returned: Json;
  readonly refused: boolean;
}

export interface CallScene {
  readonly task: OwnTask;
  readonly state: JsonObject;
  /** Calls before this one. */
  readonly index: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * @throws ToolCallError if the arguments are not JSON
 * @throws EnvironmentFault if the tool took too long, gave what is not JSON, or wrote although it is `readOnly`
 */
export const callTool = async (
  { schema: { name, mutating }, input, execute }: ReadyTool,
  call: ToolCall,
  { task, state, index, timeoutMs, signal }: CallScene,
): Promise<Answer> => {
  const raw = parseArguments(call);
  const refuse = (output: string): Answer => ({
    state,
    arguments: raw,
    output,
    returned: null,
    refused: true,
  });
  const checked = await input.check(raw);
  if ('problem' in checked) return refuse(`The arguments of ${name} are wrong: ${checked.problem}`);
  const timeout = AbortSignal.timeout(timeoutMs);
  const either = signal ? AbortSignal.any([signal, timeout]) : timeout;
  const [draft, finish] = create(state as object, { enableAutoFreeze: true, strict: false });
  let returned: Json;
  try {
    const context = { state: draft as never, task, signal: either, random: random(task.id, name, index) };
    const result = await within(either, timeout, name, async () => execute(checked.value as never, context));
    returned = result === undefined ? 'Done.' : frozenJson(result, `what ${name} returned`);
  } catch (thrown) {
    finish();
    if (thrown instanceof EnvironmentFault || either.aborted) throw thrown;
    if (thrown instanceof Error && thrown.name !== 'NotJsonError') return refuse(messageOf(thrown));
    throw new EnvironmentFault(messageOf(thrown), { cause: thrown });
  }
  const after = finish() as JsonObject;
  if (after !== state && !mutating)
    throw new EnvironmentFault(`the tool ${name} is readOnly, but changed the state`);
  return {
    state: after === state ? state : checkedState(after, name),
    arguments: raw,
    output: typeof returned === 'string' ? returned : JSON.stringify(returned),
    returned,
    refused: false,
  };
};

const checkedState = (state: JsonObject, name: string): JsonObject => {
  try {
    frozenJson(state, 'state');
    return state;
  } catch (cause) {
    throw new EnvironmentFault(`after a call of ${name}, ${messageOf(cause)}`, { cause });
  }
};

const within = async <T>(
  either: AbortSignal,
  timeout: AbortSignal,
  name: string,
  work: () => Promise<T>,
): Promise<T> => {
  const over = Promise.withResolvers<never>();
  const stop = (): void =>
    over.reject(
      timeout.aborted
        ? new EnvironmentFault(`the tool ${name} took too long`)
        : new EnvironmentFault(`the call of ${name} was aborted`),
    );
  if (either.aborted) stop();
  else either.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([work(), over.promise]);
  } finally {
    either.removeEventListener('abort', stop);
  }
};
