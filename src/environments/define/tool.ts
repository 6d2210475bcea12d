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
import { timeLimit } from './time-limit.ts';
import { type Answer, outputOf, type Scene } from './world.ts';

/** What a tool is given besides its arguments. */
export interface ToolContext<State, Fields = unknown> {
  /** Write to it as to any object: what `execute` leaves behind is the state after the call, if it does not throw. */
  readonly state: State;
  readonly task: OwnTask<Fields>;
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
export interface OwnTool<State, Input = never, Fields = unknown> {
  readonly description: string;
  /** Any Standard Schema that gives JSON Schema, or JSON Schema. */
  readonly inputSchema: StandardSchema<Input> | JsonSchema;
  /** True if no call changes the state (default: false). */
  readonly readOnly?: boolean;
  readonly execute: (input: Arguments<Input>, context: ToolContext<State, Fields>) => unknown;
}

/** JSON Schema says nothing to TypeScript: arguments by it are taken for whatever they are used as. */
type Arguments<Input> = unknown extends Input ? { readonly [name: string]: never } : Input;

/** What a model is shown of a tool, and its arguments' check. */
export interface CheckedTool {
  readonly schema: Tool;
  readonly input: ToolInput;
}

/** A tool that is ready to be called. */
export interface ReadyTool extends CheckedTool {
  readonly execute: (input: never, context: ToolContext<never>) => unknown;
}

/** What OpenAI, Anthropic and Google accept as a name. */
const NAME = /^[a-zA-Z_][a-zA-Z0-9_-]{0,63}$/;

const badTool = (name: string, text: string, hint: string) =>
  new JuxtaError('bad-tool', `the tool ${name} ${text}`, { hint });

/** @throws JuxtaError `bad-tool` naming it */
export const checkedTool = (name: string, tool: Omit<OwnTool<never, unknown>, 'execute'>): CheckedTool => {
  if (!NAME.test(name))
    throw badTool(
      name,
      'has a name that providers refuse',
      'use letters, digits, _ and -, 64 at most, with a letter first',
    );
  if (typeof tool?.description !== 'string' || tool.description.trim() === '')
    throw badTool(name, 'has no description', 'say in a sentence what it does: models choose by it');
  const input = toolInput(name, tool.inputSchema);
  const { description, readOnly = false } = tool;
  return { schema: { name, description, parameters: input.jsonSchema, mutating: !readOnly }, input };
};

/** @throws JuxtaError `bad-tool` naming it */
export const readyTool = (name: string, tool: OwnTool<never>): ReadyTool => {
  const checked = checkedTool(name, tool);
  if (typeof tool.execute !== 'function')
    throw badTool(name, 'has no execute', 'give it a function: execute(input, { state })');
  return { ...checked, execute: tool.execute };
};

/**
 * @throws ToolCallError if the arguments are not JSON
 * @throws EnvironmentFault if the tool took too long, gave what is not JSON, or wrote although it is `readOnly`
 */
export const callTool = async (
  { schema: { name, mutating }, input, execute }: ReadyTool,
  call: ToolCall,
  { task, data: state, index, timeoutMs, signal }: Scene<JsonObject>,
): Promise<Answer<JsonObject>> => {
  const raw = parseArguments(call);
  const refuse = (output: string): Answer<JsonObject> => ({
    data: state,
    arguments: raw,
    output,
    returned: null,
    refused: true,
  });
  const checked = await input.check(raw);
  if ('problem' in checked) return refuse(`The arguments of ${name} are wrong: ${checked.problem}`);
  const [draft, finish] = create(state as object, { enableAutoFreeze: true, strict: false });
  let returned: Json;
  let draws: Random | undefined;
  try {
    const limit = timeLimit(`the tool ${name}`, { signal, timeoutMs });
    const given = execute(checked.value as never, {
      state: draft as never,
      task,
      // Made when they are asked for: most tools need neither.
      get signal() {
        return limit.signal;
      },
      get random() {
        draws ??= random(task.id, name, index);
        return draws;
      },
    });
    const result = isThenable(given) ? await limit.race(given) : given;
    returned = result === undefined ? 'Done.' : frozenJson(result, `what ${name} returned`);
  } catch (thrown) {
    finish();
    if (thrown instanceof EnvironmentFault) throw thrown;
    if (thrown instanceof Error && thrown.name !== 'NotJsonError') return refuse(messageOf(thrown));
    throw new EnvironmentFault(messageOf(thrown), { cause: thrown });
  }
  const after = finish() as JsonObject;
  if (after !== state && !mutating)
    throw new EnvironmentFault(`the tool ${name} is readOnly, but changed the state`);
  return {
    data: after === state ? state : checkedState(after, name),
    arguments: raw,
    output: outputOf(returned),
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

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
