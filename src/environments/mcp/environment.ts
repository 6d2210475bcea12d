/** `mcpEnvironment`: the tools of an MCP server as an environment. */
import type { CallToolResult, Tool } from '@modelcontextprotocol/client';
import { JuxtaError, messageOf } from '../../base/errors.ts';
import type { JsonObject } from '../../dialogue/json.ts';
import { type OwnBasics, timeoutOf } from '../define/own.ts';
import type { OwnTask } from '../define/task.ts';
import type { EnvironmentDefinition } from '../definition.ts';
import { EnvironmentFault } from '../environment.ts';
import { sessionEnvironment } from '../sessions/environment.ts';
import type { Session, SessionTool } from '../sessions/session.ts';
import { type Connection, connect, type McpAddress, type McpCommand, McpServerError } from './connect.ts';
import { dataOf, textOf } from './result.ts';

/** A server that is started for each session, or one that is there already. */
export type McpServer = McpCommand | McpAddress;

/**
 * What keeps sessions from meeting each other's traces.
 * - `process`: each has a process of its own (default of a command); its folder and variables are its own where `server` is a function
 * - `connection`: the server keeps a world for each connection
 * - `{ reset }`: a tool that empties the server's world; at an address there is then one session at a time
 * - `read-only`: only tools that change nothing are offered
 */
export type McpIsolation =
  | 'process'
  | 'connection'
  | 'read-only'
  | { readonly reset: string; readonly arguments?: JsonObject };

/** What `mcpEnvironment` takes. */
export interface McpEnvironment<State = never, Fields = unknown> extends OwnBasics<State, Fields> {
  /** Or a function of the session's own empty folder and its task, which is null while tools are listed. */
  readonly server:
    | McpServer
    | ((session: { readonly folder: string; readonly task: OwnTask<Fields> | null }) => McpServer);
  /** An address has no default: only its owner knows. */
  readonly isolation?: McpIsolation;
  /** Tools that the agent is given (default: all). */
  readonly only?: readonly string[];
  /** Tools that change nothing, besides those of which the server says so itself. */
  readonly readOnly?: readonly string[];
  /** A tool whose answer is the state that goals of the kind `state` are judged by; it must change nothing. */
  readonly stateFrom?: string;
  /** Calls that set a task up before anybody talks, for example its data. */
  readonly setUp?: (
    task: OwnTask<Fields>,
  ) => readonly { readonly tool: string; readonly arguments: JsonObject }[];
  /** Most sessions that are open at once (default: 8). */
  readonly sessions?: number;
  /** A server that takes longer to start, or a session to be set up, is a fault (default: `timeoutSeconds`). */
  readonly openSeconds?: number;
}

/**
 * The tools of an MCP server, over stdio or streamable HTTP. Tools and schemas are read once, when the environment is
 * opened. A result with `isError` is read by the model; a lost connection, a time-out, or a server that changes its tools
 * half-way is an `environment-fault`.
 *
 * @example
 * export default mcpEnvironment({
 *   name: 'memory',
 *   systemPrompt: 'You remember what people tell you.',
 *   tasks: tasksFrom('tasks.jsonl'),
 *   server: ({ folder }) => ({
 *     command: 'npx',
 *     args: ['-y', '@modelcontextprotocol/server-memory'],
 *     env: { MEMORY_FILE_PATH: `${folder}/memory.jsonl` },
 *   }),
 *   stateFrom: 'read_graph',
 * });
 * @throws JuxtaError `bad-environment`
 */
export const mcpEnvironment = <State, Fields>(own: McpEnvironment<State, Fields>): EnvironmentDefinition => {
  const { server, isolation, only, readOnly = [], stateFrom, setUp, sessions, openSeconds, ...basics } = own;
  if (!server)
    throw bad(own, 'has no server', "server: { command: 'npx', args: ['-y', '…'] }, or { url: 'https://…' }");
  const serverOf = typeof server === 'function' ? server : () => server;
  const timeoutMs = timeoutOf(own);
  const reset = typeof isolation === 'object' ? isolation : undefined;
  /** As they were when the environment was opened. */
  let listed: readonly Tool[] = [];

  const tools = async (): Promise<Readonly<Record<string, SessionTool>>> => {
    const { connection, address } = await opened(null).catch(thrown => {
      throw new JuxtaError('mcp-server', `${own.name}: ${messageOf(thrown)}`, {
        hint: 'see that the server starts by itself, and that its command, arguments and variables are right',
        cause: thrown,
      });
    });
    try {
      listed = await listTools(connection);
    } catch (thrown) {
      throw new JuxtaError(
        'mcp-server',
        `${own.name}: the server lists no tools: ${connection.describe(thrown)}`,
        {
          cause: thrown,
        },
      );
    } finally {
      await connection.close();
    }
    if (address && !isolation)
      throw bad(
        own,
        'does not say what keeps its sessions apart',
        "isolation: 'connection' if the server keeps a world for each connection, { reset: 'a tool' } if a tool empties it, 'read-only' to offer nothing that writes",
      );
    if (address && reset && typeof server === 'function')
      throw bad(
        own,
        'resets a server at an address that is given by a function',
        'write it as { url, headers }: all sessions are that one world, so there is one at a time',
      );
    const twice = listed.find(({ name }, i) => listed.findIndex(tool => tool.name === name) !== i);
    if (twice)
      throw bad(
        own,
        `has two tools called ${twice.name}`,
        'mend the server: a model could not tell them apart',
      );
    for (const name of [
      ...(only ?? []),
      ...readOnly,
      ...(stateFrom ? [stateFrom] : []),
      ...(reset ? [reset.reset] : []),
    ])
      if (!listed.some(tool => tool.name === name))
        throw bad(
          own,
          `names a tool ${name}, which the server does not have`,
          `it has ${listed.map(tool => tool.name).join(', ')}`,
        );
    return Object.fromEntries(
      listed
        .filter(({ name }) => name !== reset?.reset && (!only || only.includes(name)))
        .map(tool => [tool.name, sessionTool(tool, readOnly)] as const)
        .filter(([, tool]) => isolation !== 'read-only' || tool.readOnly),
    );
  };

  const opened = async (task: OwnTask<Fields> | null, onToolsChanged?: () => void) => {
    let address = false;
    const connection = await connect(
      folder => {
        const given = serverOf({ folder, task });
        address = 'url' in given;
        return given;
      },
      {
        timeoutMs: openSeconds === undefined ? timeoutMs : 1000 * openSeconds,
        ...(onToolsChanged && { onToolsChanged }),
      },
    );
    return { connection, address };
  };

  const open = async (task: OwnTask<Fields>): Promise<Session> => {
    let changed = false;
    const { connection } = await opened(task, () => {
      changed = true;
    });
    const ask = async (tool: string, input: JsonObject, signal?: AbortSignal): Promise<CallToolResult> => {
      if (changed) await checkTools(connection, listed);
      changed = false;
      try {
        const options = { timeout: 2 * timeoutMs, ...(signal && { signal }) };
        return await connection.client.callTool({ name: tool, arguments: { ...input } }, options);
      } catch (thrown) {
        return await answerIn(thrown, connection, tool, listed);
      }
    };
    const needed = async (tool: string, input: JsonObject, why: string): Promise<CallToolResult> => {
      const result = await ask(tool, input);
      if (result.isError) throw new EnvironmentFault(`${why}: ${tool} answered: ${textOf(result)}`);
      return result;
    };
    const begin = async (of: OwnTask<Fields>): Promise<void> => {
      if (reset) await needed(reset.reset, reset.arguments ?? {}, 'the server could not be reset');
      for (const call of setUp?.(of) ?? [])
        await needed(call.tool, call.arguments, `task ${of.id} could not be set up`);
    };
    try {
      await begin(task);
    } catch (thrown) {
      await connection.close();
      throw thrown;
    }
    return {
      call: async (tool, input, { signal }) => {
        const result = await ask(tool, input, signal);
        if (!result.isError) return textOf(result);
        if (namesUnknownTool(textOf(result))) await checkTools(connection, listed);
        throw new Error(textOf(result));
      },
      close: connection.close,
      ...(reset && { reset: ({ task: next }) => begin(next as OwnTask<Fields>) }),
      ...(stateFrom !== undefined && {
        state: async () => dataOf(await needed(stateFrom, {}, 'the state could not be read')),
      }),
    };
  };

  const isAddress = typeof server === 'object' && 'url' in server;
  return sessionEnvironment<State, Fields>({
    ...(basics as OwnBasics<State, Fields>),
    ...(sessions !== undefined && { sessions }),
    ...(openSeconds !== undefined && { openSeconds }),
    ...(reset && isAddress && { most: 1 }),
    ...(isolation === 'read-only' && !setUp && typeof server === 'object' && { shared: true }),
    tools,
    open,
  });
};

const bad = ({ name }: { readonly name: string }, problem: string, hint: string): JuxtaError =>
  new JuxtaError('bad-environment', `${name} ${problem}`, { hint });

const sessionTool = (
  { name, title, description, inputSchema, annotations }: Tool,
  readOnly: readonly string[],
): SessionTool => ({
  description: description?.trim() || title || name,
  inputSchema,
  readOnly: annotations?.readOnlyHint === true || readOnly.includes(name),
});

const listTools = async ({ client }: Connection): Promise<readonly Tool[]> =>
  (await client.listTools(undefined, { cacheMode: 'refresh' })).tools;

/** @throws EnvironmentFault if the server has other tools than when it was opened */
const checkTools = async (connection: Connection, before: readonly Tool[]): Promise<void> => {
  const now = await listTools(connection);
  const shape = ({ name, inputSchema }: Tool): string => JSON.stringify([name, inputSchema]);
  const differing = (some: readonly Tool[], others: readonly Tool[]): readonly string[] =>
    some.filter(tool => !others.some(other => shape(other) === shape(tool))).map(({ name }) => name);
  const names = new Set([...differing(before, now), ...differing(now, before)]);
  if (names.size > 0)
    throw new EnvironmentFault(
      `the MCP server changed its tools half-way (${[...names].join(', ')}); models are told of them once`,
    );
};

const namesUnknownTool = (text: string): boolean =>
  /tool\b.*(not found|unknown|disabled)|unknown tool/i.test(text);

/**
 * What was thrown in place of a result. Arguments that the server refuses are the model's to mend.
 * @throws EnvironmentFault for everything else
 */
const answerIn = async (
  thrown: unknown,
  connection: Connection,
  tool: string,
  listed: readonly Tool[],
): Promise<CallToolResult> => {
  const { ProtocolError, ProtocolErrorCode } = await import('@modelcontextprotocol/client');
  if (thrown instanceof ProtocolError && thrown.code === ProtocolErrorCode.InvalidParams) {
    if (namesUnknownTool(thrown.message)) await checkTools(connection, listed);
    return { isError: true, content: [{ type: 'text', text: thrown.message }] };
  }
  throw new EnvironmentFault(`the MCP server failed at a call of ${tool}: ${connection.describe(thrown)}`, {
    cause: thrown instanceof McpServerError ? thrown.cause : thrown,
  });
};
