/** `defineEnvironment`: the whole of an environment of one's own whose state is plain data. */
import { messageOf } from '../../base/errors.ts';
import type { JsonObject } from '../../dialogue/json.ts';
import type { EnvironmentDefinition } from '../definition.ts';
import { EnvironmentFault } from '../environment.ts';
import { frozenJson, NotJsonError } from './json.ts';
import { type OwnBasics, ownDefinition, toolsOf } from './own.ts';
import type { OwnTask } from './task.ts';
import { callTool, type OwnTool, type ReadyTool, readyTool } from './tool.ts';
import type { World } from './world.ts';

/** What `defineEnvironment` takes. */
export interface OwnEnvironment<State, Inputs, Fields = unknown> extends OwnBasics<State, Fields> {
  /** The state in which a task begins: plain JSON data, which is copied. Default: what stands in the task's field `state`. */
  readonly state?: (task: OwnTask<Fields>) => State;
  readonly tools: { readonly [Name in keyof Inputs]: OwnTool<State, Inputs[Name], Fields> };
}

/**
 * An environment of one's own: tools, tasks, goals and a state that is plain data. The module's default export; every
 * command takes it as `--environment ./returns.ts`.
 *
 * @example
 * export default defineEnvironment({
 *   name: 'returns-desk',
 *   systemPrompt: 'You help customers of a shop with returns. Ask for the order number first.',
 *   tasks: tasksFrom('tasks.jsonl'),
 *   state: () => ({ orders: structuredClone(orders) }),
 *   tools: {
 *     find_order: {
 *       description: 'Finds an order by its number.',
 *       inputSchema: z.object({ order_id: z.string() }),
 *       readOnly: true,
 *       execute: ({ order_id }, { state }) => state.orders[order_id] ?? 'There is no such order.',
 *     },
 *   },
 * });
 * @throws JuxtaError `bad-environment`, `bad-tool`
 */
export const defineEnvironment = <State, Inputs, Fields>(
  own: OwnEnvironment<State, Inputs, Fields>,
): EnvironmentDefinition => {
  const tools = toolsOf(own, own.tools as unknown as Readonly<Record<string, OwnTool<never>>>, readyTool);
  return ownDefinition(own, {
    tools: async () => tools,
    world: () => drafted(own as unknown as OwnEnvironment<unknown, unknown>, tools),
  });
};

/** Each call drafts the state; what it leaves behind is the state after it. */
const drafted = (
  { name, state }: OwnEnvironment<unknown, unknown>,
  tools: ReadonlyMap<string, ReadyTool>,
): World<JsonObject> => {
  const start = (task: OwnTask): JsonObject => {
    try {
      const data = frozenJson(state ? state(task) : (task.state ?? {}), 'state');
      if (typeof data === 'object' && data !== null && !Array.isArray(data)) return data as JsonObject;
      throw new NotJsonError('state is no object');
    } catch (thrown) {
      if (!(thrown instanceof NotJsonError)) throw thrown;
      throw new EnvironmentFault(`${name}, task ${task.id}: ${messageOf(thrown)}`, { cause: thrown });
    }
  };
  return {
    start,
    preview: start,
    view: data => data,
    call: (call, scene) => callTool(tools.get(call.function.name)!, call, scene),
  };
};
