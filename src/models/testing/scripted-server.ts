/**
 * A local server that speaks the OpenAI chat-completions protocol over real HTTP, with a scripted policy, a set
 * latency and faults on demand. Tests and benchmarks talk to it as to any endpoint.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hash, type Random, random } from '../../base/random.ts';
import type { Message } from '../../dialogue/message.ts';
import { sampleSeed } from '../layers/samples.ts';

export interface ScriptedRequest {
  readonly model: string;
  readonly messages: readonly Message[];
  readonly toolNames: readonly string[];
  readonly temperature: number;
}
export interface ScriptedReply {
  readonly text?: string | null;
  readonly toolCalls?: readonly { readonly name: string; readonly arguments: string }[];
}
/** One sample's answer. Equal requests and seeds give equal answers; at temperature 0 the seed must not matter. */
export type ScriptedPolicy = (request: ScriptedRequest, seed: number) => ScriptedReply;

/** Ways in which the server can fail a request, or spoil its answer. */
export const serverFaults = [
  'rate-limit',
  'error-500',
  'error-503',
  'reset',
  'hang',
  'truncated',
  'bad-arguments',
  'unknown-tool',
  'empty-choice',
] as const;
export type ServerFault = (typeof serverFaults)[number];

/** Every fault, each with the same probability. */
export const everyFault = (probability: number): Partial<Record<ServerFault, number>> =>
  Object.fromEntries(serverFaults.map(fault => [fault, probability]));

export interface ScriptedServerOptions {
  readonly policy: ScriptedPolicy;
  readonly latencyMs?: number;
  /** Probability of each fault per request. Drawn by number of request, so that a retry may succeed. */
  readonly faults?: Partial<Record<ServerFault, number>>;
  readonly faultSeed?: number;
  /** Sent with each 429, in seconds. */
  readonly retryAfter?: number;
  /** False: `n` is ignored, as by Ollama and llama.cpp (default true). */
  readonly batches?: boolean;
  /** The bearer key that every request must carry. */
  readonly key?: string;
}

export interface ServerStats {
  readonly requests: number;
  /** Requests answered with a usable completion. */
  readonly answered: number;
  /** Samples in those answers. */
  readonly samples: number;
  /** Answered requests that equal one answered before. */
  readonly repeated: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly mostInFlight: number;
  /** Requests whose client went away before the answer. */
  readonly abandoned: number;
}

export interface ScriptedServer {
  /** For example `http://127.0.0.1:40123/v1`. */
  readonly baseUrl: string;
  stats(): ServerStats;
  close(): Promise<void>;
}

interface Body {
  readonly model: string;
  readonly messages: readonly Message[];
  readonly tools?: readonly { readonly function: { readonly name: string } }[];
  readonly temperature?: number;
  readonly n?: number;
  readonly seed?: number;
  readonly seeds?: readonly number[];
  readonly logprobs?: boolean;
}

export const startScriptedServer = async (options: ScriptedServerOptions): Promise<ScriptedServer> => {
  const { latencyMs = 0, faults = {}, faultSeed = 1, batches = true } = options;
  const counted = new Map<string, number>();
  const answeredBodies = new Set<number>();
  const totals = { requests: 0, answered: 0, samples: 0, repeated: 0, mostInFlight: 0, abandoned: 0 };
  let inFlight = 0;

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const text = await read(request);
    if (options.key !== undefined && request.headers.authorization !== `Bearer ${options.key}`) {
      send(response, 401, failure('wrong key'));
      return;
    }
    const fault = draw(faults, random(faultSeed, 'fault', totals.requests++));
    totals.mostInFlight = Math.max(totals.mostInFlight, ++inFlight);
    response.once('close', () => {
      inFlight--;
      if (!response.writableFinished) totals.abandoned++;
    });
    if (fault) counted.set(fault, (counted.get(fault) ?? 0) + 1);
    if (latencyMs > 0) await new Promise(resolve => setTimeout(resolve, latencyMs));
    if (fault && fail(fault, request, response, options.retryAfter)) return;
    const body = JSON.parse(text) as Body;
    const samples = batches ? (body.n ?? 1) : 1;
    const reply = JSON.stringify(answer(body, samples, options.policy, fault));
    if (fault === 'truncated') {
      send(response, 200, reply.slice(0, reply.length / 2));
      return;
    }
    send(response, 200, reply);
    if (fault) return;
    totals.answered++;
    totals.samples += samples;
    const name = hash(text);
    if (answeredBodies.has(name)) totals.repeated++;
    answeredBodies.add(name);
  };

  const server = createServer((request, response) => {
    handle(request, response).catch((thrown: unknown) => {
      if (!response.headersSent) send(response, 500, failure(String(thrown)));
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    stats: () => ({ ...totals, faults: Object.fromEntries(counted) }),
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const draw = (faults: ScriptedServerOptions['faults'] & object, stream: Random): ServerFault | undefined => {
  let at = stream.next();
  for (const [fault, probability] of Object.entries(faults) as [ServerFault, number][]) {
    at -= probability;
    if (at < 0) return fault;
  }
  return undefined;
};

/** @returns true if the request has been dealt with */
const fail = (
  fault: ServerFault,
  request: IncomingMessage,
  response: ServerResponse,
  retryAfter: number | undefined,
): boolean => {
  switch (fault) {
    case 'rate-limit':
      if (retryAfter !== undefined) response.setHeader('retry-after', String(retryAfter));
      send(response, 429, failure('too many requests'));
      return true;
    case 'error-500':
      send(response, 500, failure('internal error'));
      return true;
    case 'error-503':
      send(response, 503, failure('unavailable'));
      return true;
    case 'reset':
      request.socket.resetAndDestroy();
      return true;
    case 'hang':
      return true;
    default:
      return false;
  }
};

const answer = (
  body: Body,
  samples: number,
  policy: ScriptedPolicy,
  fault: ServerFault | undefined,
): object => {
  const scripted: ScriptedRequest = {
    model: body.model,
    messages: body.messages,
    toolNames: (body.tools ?? []).map(tool => tool.function.name),
    temperature: body.temperature ?? 1,
  };
  let written = 0;
  const choices = Array.from({ length: samples }, (_, index) => {
    const seed = body.seeds?.[index] ?? sampleSeed(body.seed ?? 0, index);
    const reply = spoil(fault, policy(scripted, seed));
    const calls = reply.toolCalls?.map((call, i) => ({
      id: `call_${hash(seed, i)}`,
      type: 'function',
      function: call,
    }));
    const length = (reply.text ?? '').length + JSON.stringify(calls ?? '').length;
    written += Math.ceil(length / 4);
    return {
      index,
      message: { role: 'assistant', content: reply.text ?? null, ...(calls && { tool_calls: calls }) },
      finish_reason: calls ? 'tool_calls' : 'stop',
      ...(body.logprobs && { logprobs: { content: [{ token: 'x', logprob: -0.5 * (index + 1) }] } }),
    };
  });
  const read = Math.ceil(
    body.messages.reduce((sum, message) => sum + (message.content?.length ?? 40), 0) / 4,
  );
  return {
    id: 'chatcmpl-scripted',
    object: 'chat.completion',
    created: 0,
    model: body.model,
    choices,
    usage: { prompt_tokens: read, completion_tokens: written, total_tokens: read + written },
  };
};

const spoil = (fault: ServerFault | undefined, reply: ScriptedReply): ScriptedReply => {
  switch (fault) {
    case 'bad-arguments':
      return {
        toolCalls: [{ name: reply.toolCalls?.[0]?.name ?? 'search_hotel', arguments: '{"area": nor' }],
      };
    case 'unknown-tool':
      return { toolCalls: [{ name: 'no_such_tool', arguments: '{}' }] };
    case 'empty-choice':
      return { text: null };
    default:
      return reply;
  }
};

const failure = (message: string): string => JSON.stringify({ error: { message, type: 'scripted' } });

const send = (response: ServerResponse, status: number, body: string): void => {
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
};

const read = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
};
