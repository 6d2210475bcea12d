/**
 * The server's own CPU per request: `juxta serve` over a model that answers at once, beside a bare Node server that
 * sends the same text. Each in a process of its own, in turns.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Model } from '../src/models/model.ts';
import { said } from '../src/models/testing/fake-model.ts';
import { serve } from '../src/serve/server.ts';

const ROUNDS = 5;
const REQUESTS = 2000;
const CONNECTIONS = 8;

const model: Model = { id: 'fake', generate: async () => [said('Which area of town would you like?')] };
const turns = Array.from({ length: 10 }, (_, i) => ({
  role: i % 2 === 0 ? 'user' : 'assistant',
  content: 'I need a cheap hotel in the north.',
}));
const parameters = { type: 'object', properties: { area: { type: 'string' } } };
const tools = [
  { type: 'function', function: { name: 'search_hotel', description: 'Finds hotels.', parameters } },
];
const body = JSON.stringify({ model: 'fake', messages: turns, tools });

const servers: Readonly<Record<string, () => Promise<string>>> = {
  'juxta serve': async () => (await serve({ models: [model], onRequest: () => undefined })).baseUrl,
  'bare Node': async () => {
    const server = createServer((incoming, response) => {
      incoming.resume().on('end', () => response.end(body));
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  },
};

const child = async (name: string): Promise<void> => {
  const url = await servers[name]!();
  process.on('message', () => process.send!(process.cpuUsage()));
  process.send!(url);
};

const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
const ask = (url: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const asked = request(`${url}/chat/completions`, { method: 'POST', agent, headers }, response => {
      response.resume().on('end', resolve);
    });
    asked.on('error', reject).end(body);
  });

/** Microseconds of all threads. */
const cpuOf = async (server: ChildProcess): Promise<number> => {
  server.send('cpu');
  const [{ user, system }] = (await once(server, 'message')) as [NodeJS.CpuUsage];
  return user + system;
};

const measure = async (server: ChildProcess, url: string): Promise<number> => {
  const before = await cpuOf(server);
  let left = REQUESTS;
  const connection = async (): Promise<void> => {
    while (left-- > 0) await ask(url);
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, connection));
  return ((await cpuOf(server)) - before) / REQUESTS;
};

const main = async (): Promise<void> => {
  const running = await Promise.all(
    Object.keys(servers).map(async name => {
      const server = fork(import.meta.filename, [name]);
      const [url] = (await once(server, 'message')) as [string];
      return { name, server, url, figures: [] as number[] };
    }),
  );
  for (let round = 0; round <= ROUNDS; round++)
    for (const { server, url, figures } of running) {
      const figure = await measure(server, url);
      // The first round is the compiler's.
      if (round > 0) figures.push(figure);
    }
  for (const { name, server, figures } of running) {
    const sorted = figures.toSorted((a, b) => a - b).map(Math.round);
    console.log(`${name}: ${sorted[ROUNDS >> 1]} µs per request (${sorted[0]}–${sorted.at(-1)})`);
    server.kill();
  }
  agent.destroy();
};

await (process.send ? child(process.argv[2]!) : main());
