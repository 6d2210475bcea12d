/** `sessionEnvironment`: an environment of one's own whose world is no data. */
import { z } from 'zod';
import { JuxtaError } from '../../base/errors.ts';
import type { JsonObject } from '../../dialogue/json.ts';
import type { ToolCall } from '../../dialogue/message.ts';
import { frozenJson } from '../define/json.ts';
import { type OwnBasics, ownDefinition, timeoutOf, toolsOf } from '../define/own.ts';
import type { OwnTask } from '../define/task.ts';
import { within } from '../define/time-limit.ts';
import { type CheckedTool, checkedTool } from '../define/tool.ts';
import type { Answer, Scene, World } from '../define/world.ts';
import type { EnvironmentDefinition } from '../definition.ts';
import { EnvironmentFault, parseArguments } from '../environment.ts';
import { sessionPool } from './pool.ts';
import { afterCall, ask, type Position, rootOf } from './position.ts';
import type { Session, SessionTool, SessionTools } from './session.ts';

/** What `sessionEnvironment` takes. */
export interface SessionEnvironment<State = never, Fields = unknown>
  extends OwnBasics<State, Fields>,
    Omit<SessionTools, 'open'> {
  open(task: OwnTask<Fields>, context: { readonly signal: AbortSignal }): Session | Promise<Session>;
  /** Most sessions that are open at once, all threads together (default: 8). `--sessions` sets it for a run. */
  readonly sessions?: number;
  /** A session that takes longer to open is the environment's fault (default: `timeoutSeconds`). */
  readonly openSeconds?: number;
}

export const DEFAULT_SESSIONS = 8;

const options = z.strictObject({
  sessions: z.int().min(1).optional().describe('most sessions that are open at once'),
});
type SessionOptions = z.output<typeof options>;

/**
 * An environment whose world is no data: a process, a browser, a service. `open` begins a task in a new session. Where a
 * search forks a conversation, the first child keeps its parent's session; the others get one of their own that is
 * brought there by `restore`, where the session can, or else by making the calls so far again. The same calls must give
 * the same answers: one that answers differently is an `environment-fault` that says which.
 *
 * Calls of tools that are `readOnly` move no session on and are not made again.
 *
 * @example
 * export default sessionEnvironment({
 *   name: 'shop',
 *   systemPrompt: 'You help customers of a shop.',
 *   tasks: tasksFrom('tasks.jsonl'),
 *   tools: {
 *     refund: { description: 'Refunds an order.', inputSchema: z.object({ order_id: z.string() }) },
 *   },
 *   open: async task => {
 *     const shop = await startShop(task.id);
 *     return { call: (tool, input) => shop.post(tool, input), close: () => shop.stop() };
 *   },
 * });
 * @throws JuxtaError `bad-environment`, `bad-tool`
 */
export const sessionEnvironment = <State, Fields>(
  own: SessionEnvironment<State, Fields>,
): EnvironmentDefinition => {
  if (typeof own.open !== 'function')
    throw new JuxtaError('bad-environment', `${own.name} has no open`, {
      hint: 'open: async task => ({ call, close })',
    });
  const ready = (tools: Readonly<Record<string, SessionTool>>) => toolsOf(own, tools, checkedTool);
  const { tools } = own;
  const known = typeof tools === 'function' ? undefined : checkedShared(own, ready(tools));
  return ownDefinition(own, {
    options,
    sessions: Math.min(own.sessions ?? DEFAULT_SESSIONS, own.most ?? Number.POSITIVE_INFINITY),
    tools: async () => known ?? checkedShared(own, ready(await (tools as () => Promise<never>)())),
    world: (checked, { sessions }: SessionOptions) =>
      inSessions(own as unknown as SessionEnvironment, checked, sessions),
  });
};

/** @throws JuxtaError `bad-environment` */
const checkedShared = (
  { name, shared }: Pick<SessionEnvironment, 'name' | 'shared'>,
  tools: ReadonlyMap<string, CheckedTool>,
): ReadonlyMap<string, CheckedTool> => {
  const writes = [...tools.values()].find(({ schema }) => schema.mutating);
  if (!shared || !writes) return tools;
  throw new JuxtaError(
    'bad-environment',
    `${name} shares its sessions, but the tool ${writes.schema.name} may write`,
    { hint: 'say readOnly: true of it, or give each session a world of its own' },
  );
};

const inSessions = (
  own: SessionEnvironment,
  tools: ReadonlyMap<string, CheckedTool>,
  sessions = own.sessions ?? DEFAULT_SESSIONS,
): World<Position> => {
  const pool = sessionPool(own.open as SessionTools['open'], {
    most: Math.min(sessions, own.most ?? sessions),
    timeoutMs: timeoutOf(own),
    openMs: own.openSeconds === undefined ? timeoutOf(own) : 1000 * own.openSeconds,
  });
  const roots = new Map<string, Position>();
  const start = (task: OwnTask): Position => {
    // Where nothing has been done yet, any session of the task will do; where nothing can be, of any task.
    const key = own.shared ? '' : task.id;
    const root = roots.get(key) ?? rootOf(task);
    roots.set(key, root);
    return root;
  };
  return {
    start,
    view: ({ state, depth }) => {
      // Before the first call there is no session that could have told.
      if (state || depth === 0) return state ?? {};
      throw new EnvironmentFault(
        `a goal asks for the state, but sessions of ${own.name} tell none: give them state(), or name stateFrom for an MCP server`,
      );
    },
    call: (call, scene) => callInSession(tools.get(call.function.name)!, call, scene, pool),
    counts: pool.costs,
    dispose: pool.close,
  };
};

const callInSession = async (
  { schema: { name, mutating }, input }: CheckedTool,
  call: ToolCall,
  { data: position, timeoutMs, signal }: Scene<Position>,
  pool: ReturnType<typeof sessionPool>,
): Promise<Answer<Position>> => {
  const raw = parseArguments(call);
  const checked = await input.check(raw);
  if ('problem' in checked) {
    const output = `The arguments of ${name} are wrong: ${checked.problem}`;
    return { data: position, arguments: raw, output, returned: null, refused: true };
  }
  const asked = { tool: name, input: checked.value as JsonObject };
  // To wait for a session, to open it and to bring it here has no limit but the caller's: others may be before us.
  const waits = signal ?? new AbortController().signal;
  const limit = { signal, timeoutMs };
  return pool.use(position, waits, async ({ session, moveTo }) => {
    const { reply, state } = await within(`the tool ${name}`, limit, async either => {
      if (mutating && session.snapshot && position.depth > 0)
        position.snapshot ??= { value: await session.snapshot() };
      if (session.state && !position.state) position.state = await stateOf(session, name);
      const reply = await ask(session, position, asked, either);
      return { reply, state: mutating && session.state ? await stateOf(session, name) : undefined };
    });
    const after = mutating ? afterCall(position, { ...asked, reply }) : position;
    if (state) after.state = state;
    moveTo(after);
    const { output, returned, failed } = reply;
    return { data: after, arguments: raw, output, returned, refused: failed };
  });
};

/** @throws EnvironmentFault if it is no JSON object */
const stateOf = async (session: Session, tool: string): Promise<JsonObject> => {
  const state = frozenJson(await session.state!(), 'state');
  if (typeof state === 'object' && state !== null && !Array.isArray(state)) return state as JsonObject;
  throw new EnvironmentFault(`at a call of ${tool}, the session's state is no object`);
};
