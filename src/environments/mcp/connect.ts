/** A connection to an MCP server: a process of ours, or somebody's behind an address. */
import type { Client, Transport } from '@modelcontextprotocol/client';
import { messageOf } from '../../base/errors.ts';
import { packageInfo } from '../../base/package.ts';
import { type Child, newChild } from './children.ts';

/** A server that is started for each session, as in most MCP clients' settings. */
export interface McpCommand {
  readonly command: string;
  readonly args?: readonly string[];
  /** Besides the few that every process needs. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** A server that is there already, by streamable HTTP. */
export interface McpAddress {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Connection {
  readonly client: Client;
  /** What is wrong with the connection, in words: what was thrown, and the last of what the server wrote to standard error. */
  describe(thrown: unknown): string;
  close(): Promise<void>;
}

/** An MCP server could not be started or reached, or was lost. */
export class McpServerError extends Error {
  override readonly name = 'McpServerError';
}

/** What a server that does not end when its standard input is closed is given before it is asked to, and before it is made to. */
const PATIENCE_MS = { SIGTERM: 300, SIGKILL: 1000 };
const KEPT_STDERR = 2000;

/**
 * @param serverIn the server of a session, told the session's own empty folder
 * @throws McpServerError
 */
export const connect = async (
  serverIn: (folder: string) => McpCommand | McpAddress,
  { timeoutMs, onToolsChanged }: { readonly timeoutMs: number; readonly onToolsChanged?: () => void },
): Promise<Connection> => {
  const { Client } = await import('@modelcontextprotocol/client');
  const client = new Client({ name: packageInfo.name, version: packageInfo.version });
  if (onToolsChanged) client.setNotificationHandler('notifications/tools/list_changed', onToolsChanged);
  const child = newChild();
  const server = serverIn(child.folder);
  const line = 'command' in server ? await startedLine(server, child) : await addressLine(server, child);
  const connection: Connection = {
    client,
    describe: thrown => [messageOf(thrown), line.lastWords()].filter(Boolean).join('; it wrote: '),
    close: async () => {
      await line.hangUp();
      await client.close().catch(() => undefined);
      child.ended();
    },
  };
  try {
    await client.connect(line.transport, { timeout: timeoutMs });
    return connection;
  } catch (thrown) {
    await connection.close();
    throw new McpServerError(`the MCP server ${line.name} did not start: ${connection.describe(thrown)}`, {
      cause: thrown,
    });
  }
};

interface Line {
  readonly name: string;
  readonly transport: Transport;
  lastWords(): string;
  hangUp(): Promise<void>;
}

const startedLine = async ({ command, args = [], env, cwd }: McpCommand, child: Child): Promise<Line> => {
  const { StdioClientTransport, getDefaultEnvironment } = await import('@modelcontextprotocol/client/stdio');
  const transport = new StdioClientTransport({
    command,
    args: [...args],
    env: { ...getDefaultEnvironment(), ...env },
    stderr: 'pipe',
    ...(cwd !== undefined && { cwd }),
  });
  let written = '';
  transport.stderr?.on('data', (bytes: Buffer) => {
    written = (written + bytes.toString()).slice(-KEPT_STDERR);
  });
  const start = transport.start.bind(transport);
  transport.start = async () => {
    await start();
    if (transport.pid !== null) child.started(transport.pid);
  };
  return {
    name: [command, ...args].join(' '),
    transport,
    lastWords: () => written.trim(),
    hangUp: async () => {
      const { pid } = transport;
      if (pid === null) return;
      const timers = (['SIGTERM', 'SIGKILL'] as const).map(signal =>
        setTimeout(() => send(pid, signal), PATIENCE_MS[signal]),
      );
      await transport.close().catch(() => undefined);
      for (const timer of timers) clearTimeout(timer);
    },
  };
};

const send = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended.
  }
};

const addressLine = async ({ url, headers }: McpAddress, _child: Child): Promise<Line> => {
  const { StreamableHTTPClientTransport } = await import('@modelcontextprotocol/client');
  const transport = new StreamableHTTPClientTransport(
    new URL(url),
    headers ? { requestInit: { headers: { ...headers } } } : {},
  );
  return {
    name: `at ${url}`,
    transport,
    lastWords: () => '',
    hangUp: () => transport.terminateSession().catch(() => undefined),
  };
};
