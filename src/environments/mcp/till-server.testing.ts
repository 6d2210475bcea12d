/** An MCP server for tests: a till, which fails in whatever way its environment variables ask for. */
import { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';

/** `stubborn`: it goes on when its standard input is closed. */
export type Trouble = 'none' | 'stubborn' | 'start' | 'silence';

export const tillServer = (): McpServer => {
  let total = 0;
  const server = new McpServer({ name: 'till', version: '1' });
  const text = (value: string) => ({ content: [{ type: 'text' as const, text: value }] });
  server.registerTool(
    'add',
    { description: 'Adds.', inputSchema: z.object({ n: z.number() }) },
    async ({ n }) => {
      if (n < 0) return { ...text('The till takes no less than nothing.'), isError: true };
      total += n;
      return text(`${total}`);
    },
  );
  server.registerTool(
    'read',
    { inputSchema: z.object({}), annotations: { readOnlyHint: true } },
    async () => ({ ...text(JSON.stringify({ total })), structuredContent: { total } }),
  );
  server.registerTool('empty', { description: 'Empties it.', inputSchema: z.object({}) }, async () => {
    total = 0;
    return text('empty');
  });
  server.registerTool('receipt', { description: 'Draws one.', inputSchema: z.object({}) }, async () => ({
    content: [
      { type: 'image' as const, mimeType: 'image/png', data: Buffer.from('a receipt').toString('base64') },
    ],
  }));
  server.registerTool('where', { description: 'Tells.', inputSchema: z.object({}) }, async () =>
    text(JSON.stringify([process.pid, process.env.TILL ?? '', process.cwd()])),
  );
  server.registerTool(
    'hang',
    { description: 'Hangs.', inputSchema: z.object({}) },
    () => new Promise(() => undefined),
  );
  server.registerTool('die', { description: 'Dies.', inputSchema: z.object({}) }, async () => {
    console.error('out of paper');
    process.exit(3);
  });
  const extra = server.registerTool(
    'sell',
    { description: 'Sells.', inputSchema: z.object({}) },
    async () => {
      extra.remove();
      return text('sold out');
    },
  );
  return server;
};

if (import.meta.main) {
  const trouble = process.env.TROUBLE as Trouble | undefined;
  if (trouble === 'start') {
    console.error('no till is connected');
    process.exit(2);
  }
  if (trouble === 'stubborn') {
    process.on('SIGTERM', () => undefined);
    setInterval(() => undefined, 1000);
  }
  if (trouble === 'silence') setInterval(() => undefined, 1000);
  else {
    const { StdioServerTransport } = await import('@modelcontextprotocol/server/stdio');
    await tillServer().connect(new StdioServerTransport());
  }
}
