/**
 * An OpenAI-compatible server over any of our models, so that other people's clients can talk to a self-trained agent:
 * `GET /v1/models`, `GET /v1/models/{id}` and `POST /v1/chat/completions` with tools, `n`, `seed`, `logprobs` and
 * streaming.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { JuxtaError, messageOf } from '../base/errors.ts';
import type { Tool } from '../environments/environment.ts';
import type { Model } from '../models/model.ts';
import { checkAccess, requireKeyBeyondLoopback } from './access.ts';
import { chatCompletion, chunks, newHead } from './chat-answer.ts';
import { type ChatRequest, parseChatRequest } from './chat-request.ts';
import { Problem, problemBody, problemOf } from './problem.ts';

export interface ServeOptions {
  /** Served under their ids; the first also answers to `default`. */
  readonly models: readonly Model[];
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default: any that is free. */
  readonly port?: number;
  /** What clients must send as their API key. Required unless `host` is this machine's loopback. */
  readonly key?: string | undefined;
  /** What is known of tools beyond what clients send: an environment's, for the fields that a small model sees. */
  readonly tools?: readonly Tool[];
  /** Told of each request that was answered, or not. */
  readonly onRequest?: (request: {
    readonly path: string;
    readonly status: number;
    readonly milliseconds: number;
  }) => void;
}

export interface RunningServer {
  /** For example `http://127.0.0.1:8123/v1`. */
  readonly baseUrl: string;
  /** Takes no new requests, cancels those in hand. */
  close(): Promise<void>;
}

/**
 * @example
 * const server = await serve({ models: [await openEmbeddedModel(path, { id: 'embedded:base' })], port: 8123 });
 * @throws JuxtaError `key-required`, `no-models`, `cannot-listen`
 */
export const serve = async (options: ServeOptions): Promise<RunningServer> => {
  const { models, host = '127.0.0.1', port = 0, key } = options;
  if (models.length === 0) throw new JuxtaError('no-models', 'there is no model to serve');
  requireKeyBeyondLoopback(host, key);
  const tools = new Map((options.tools ?? []).map(tool => [tool.name, tool]));
  const byId = new Map(models.map(model => [model.id, model]));
  if (!byId.has('default')) byId.set('default', models[0]!);

  const server = createServer((request, response) => {
    const started = performance.now();
    const gone = new AbortController();
    response.once('close', () => {
      gone.abort();
      options.onRequest?.({
        path: pathOf(request),
        status: response.statusCode,
        milliseconds: performance.now() - started,
      });
    });
    answer(request, response, gone.signal).catch((thrown: unknown) => fail(response, thrown));
  });

  const answer = async (
    request: IncomingMessage,
    response: ServerResponse,
    signal: AbortSignal,
  ): Promise<void> => {
    checkAccess(request, key);
    const pathname = pathOf(request);
    if (pathname === '/v1/chat/completions') {
      requireMethod(request, 'POST');
      await chat(parseChatRequest(await bodyOf(request), tools), response, signal);
      return;
    }
    const [, id] = /^\/v1\/models(?:\/(.+))?$/.exec(pathname) ?? [undefined, null];
    if (id === null) throw new Problem(404, `there is nothing at ${pathname}`);
    requireMethod(request, 'GET');
    const list = models.map(model => modelObject(model.id));
    json(response, id === undefined ? { object: 'list', data: list } : modelObject(find(decoded(id)).id));
  };

  const find = (id: string): Model => {
    const model = byId.get(id);
    if (model) return model;
    throw new Problem(
      404,
      `there is no model ${JSON.stringify(id)}; there is ${models.map(each => each.id).join(', ')}`,
      {
        param: 'model',
        code: 'model_not_found',
      },
    );
  };

  const chat = async (
    chatRequest: ChatRequest,
    response: ServerResponse,
    signal: AbortSignal,
  ): Promise<void> => {
    const model = find(chatRequest.model);
    if (chatRequest.ignored.length > 0) response.setHeader('x-juxta-ignored', chatRequest.ignored.join(', '));
    const completions = await model.generate(chatRequest.request, signal);
    const head = newHead(model.id);
    if (!chatRequest.stream)
      return json(response, chatCompletion(head, completions, chatRequest.logProbabilities));
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    for (const chunk of chunks(head, completions, chatRequest))
      response.write(`data: ${JSON.stringify(chunk)}\n\n`);
    response.end('data: [DONE]\n\n');
  };

  await new Promise<void>((resolve, reject) => {
    const refuse = (cause: unknown): void =>
      reject(
        new JuxtaError('cannot-listen', `${host}:${port}: ${messageOf(cause)}`, {
          hint: 'Choose another --port or --host.',
          cause,
        }),
      );
    server.once('error', refuse);
    server.listen(port, host, () => {
      server.off('error', refuse);
      resolve();
    });
  });
  const bound = server.address() as AddressInfo;
  const name = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address;
  return {
    baseUrl: `http://${name}:${bound.port}/v1`,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

/** Of an address that is none, such as `//`, all of it. */
const pathOf = ({ url = '/' }: IncomingMessage): string =>
  URL.parse(url, 'http://localhost')?.pathname ?? url;

const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new Problem(400, `${part} is not a name in an address`);
  }
};

const requireMethod = (request: IncomingMessage, method: string): void => {
  if (request.method !== method) throw new Problem(405, `use ${method} here`);
};

const MOST_BYTES = 16 * 1024 * 1024;

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
    throw new Problem(415, 'the body must be sent as application/json');
  }
  const chunksRead: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new Problem(413, `the body has more than ${MOST_BYTES} bytes`);
    chunksRead.push(chunk);
  }
  return Buffer.concat(chunksRead).toString('utf8');
};

const modelObject = (id: string) => ({
  id,
  object: 'model',
  created: 0,
  owned_by: 'juxta',
});

const json = (response: ServerResponse, body: object): void => {
  const text = JSON.stringify(body);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
};

const fail = (response: ServerResponse, thrown: unknown): void => {
  if (response.destroyed) return;
  const problem = problemOf(thrown);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const text = problemBody(problem);
  response.writeHead(problem.status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    ...(problem.status === 413 && { connection: 'close' }),
  });
  response.end(text);
};
