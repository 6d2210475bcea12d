/**
 * `fetch` for JSON over Node's own HTTP client. The AI SDK takes any `fetch`; this one costs about half the CPU of the
 * global one, keeps connections open, and follows no redirect: a key in a header of its own would go along to wherever
 * it points.
 */
import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';

/** Proxies as `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` name them. */
const settings = { keepAlive: true, scheduling: 'fifo', proxyEnv: process.env } as const;
const agents = { 'http:': new HttpAgent(settings), 'https:': new HttpsAgent(settings) };

export const directFetch: typeof fetch = (input, init = {}) =>
  new Promise((resolve, reject) => {
    const url = new URL(String(input));
    const secure = url.protocol === 'https:';
    const body = String(init.body ?? '');
    const sent = (secure ? requestHttps : requestHttp)(
      url,
      {
        method: init.method ?? 'GET',
        agent: agents[secure ? 'https:' : 'http:'],
        headers: { ...headersOf(init.headers), 'content-length': Buffer.byteLength(body) },
        ...(init.signal && { signal: init.signal }),
      },
      incoming => {
        readAll(incoming)
          .then(bytes => decoded(bytes, incoming.headers['content-encoding']))
          .then(bytes => resolve(toResponse(incoming, bytes)), reject);
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });

const headersOf = (headers: RequestInit['headers']): Record<string, string> =>
  headers instanceof Headers || Array.isArray(headers)
    ? Object.fromEntries(headers)
    : { ...(headers as Record<string, string> | undefined) };

/** Some servers compress although nobody asked them to, and some say so of what they did not. */
const decoded = async (bytes: Buffer, encoding: string | undefined): Promise<Buffer> => {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return unzip(bytes);
  if (encoding === 'br') return unbrotli(bytes);
  return encoding === 'deflate' ? inflated(bytes) : bytes;
};
const [unzip, unbrotli, inflated] = [promisify(gunzip), promisify(brotliDecompress), promisify(inflate)];

const readAll = async (incoming: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  await new Promise<void>((resolve, reject) => {
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.once('end', resolve);
    incoming.once('error', reject);
  });
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
};

/**
 * As much of a `Response` as the AI SDK reads: status, headers, and a body that gives its bytes in one piece. A real one
 * would wrap them in web streams, which cost more than the request itself.
 */
const toResponse = ({ statusCode: status = 500, headers }: IncomingMessage, bytes: Buffer): Response => {
  let left: Uint8Array | undefined = bytes;
  const reader = {
    read: async () => {
      const value = left;
      left = undefined;
      return value ? { done: false, value } : { done: true };
    },
    cancel: async () => undefined,
    releaseLock: () => undefined,
  };
  const response = {
    ok: status >= 200 && status < 300,
    status,
    statusText: '',
    headers: new Map(
      Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
    ),
    body: { getReader: () => reader, cancel: async () => undefined },
    text: async () => bytes.toString('utf8'),
    json: async () => JSON.parse(bytes.toString('utf8')) as unknown,
  };
  return response as unknown as Response;
};
