/** Puts an app on a port. Whatever arrives there, no request ends the process. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { JuxtaError, messageOf } from '../base/errors.ts';
import type { App } from './app.ts';
import { Problem, problemResponse } from './problem.ts';

/** A request that was answered, or whose client went away before (status 499). */
export interface Answered {
  readonly path: string;
  readonly status: number;
  readonly milliseconds: number;
}

export interface ListenOptions {
  /** Default 127.0.0.1. */
  readonly host?: string | undefined;
  /** Default: any that is free. */
  readonly port?: number | undefined;
  /** Sent with every answer, beside those that forbid browsers to guess, embed or keep it. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly onRequest?: ((request: Answered) => void) | undefined;
}

export interface Listening {
  /** For example `http://127.0.0.1:8123`. */
  readonly url: string;
  /** Takes no new requests, cancels those in hand. */
  close(): Promise<void>;
}

const strictHeaders: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** @throws JuxtaError `cannot-listen` */
export const listen = async (app: App, options: ListenOptions = {}): Promise<Listening> => {
  const { host = '127.0.0.1', port = 0, onRequest } = options;
  const headers = new Map(Object.entries({ ...strictHeaders, ...options.headers }));
  const answer = getRequestListener((request, env) => app.fetch(request, env as HttpBindings), {
    hostname: 'localhost',
    errorHandler: unreadable,
  });
  const server = createServer((request, response) => {
    response.setHeaders(headers);
    if (onRequest) tellOf(request, response, onRequest);
    void answer(request, response);
  });
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
    url: `http://${name}:${bound.port}`,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

/** What the app never saw, because its address cannot be read. */
const unreadable = (): Response => problemResponse(new Problem(404, 'there is nothing at this address'));

const tellOf = (
  request: IncomingMessage,
  response: ServerResponse,
  onRequest: (request: Answered) => void,
): void => {
  const started = performance.now();
  const { url = '/' } = request;
  response.once('close', () =>
    onRequest({
      // Of an address that is none, such as `//`, all of it.
      path: URL.parse(url, 'http://localhost')?.pathname ?? url,
      status: response.writableFinished ? response.statusCode : 499,
      milliseconds: performance.now() - started,
    }),
  );
};
