/** Requests to a service that has no client of its own: JSON over HTTP. */
import type { z } from 'zod';
import { firstIssue } from '../../base/zod-issue.ts';
import { redact } from '../../models/provider/keys.ts';
import {
  HostedRequestError,
  patiently,
  type RetryOptions,
  refused,
  type Tried,
  unanswered,
  wordsOf,
} from './retry.ts';

export interface HttpOptions extends RetryOptions {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Removed from whatever the service says. */
  readonly key: string;
}

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** A path under the base URL, or another host's URL, which gets none of the headers. */
  readonly path: string;
  readonly json?: unknown;
  readonly body?: FormData | Blob;
  /** False: a request whose fate is unknown is not repeated, but fails as `uncertain` (default true). */
  readonly repeat?: boolean;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly json: unknown;
}

/** @throws HostedRequestError; the signal's reason */
export type Http = (call: Call, signal?: AbortSignal) => Promise<Answer>;

export const createHttp =
  (options: HttpOptions): Http =>
  (call, signal) =>
    patiently(options, () => attempt(options, call, signal), call.repeat !== false, signal);

/** The answer's content, validated. @throws HostedRequestError, also if it is not what it should be */
export const ask = async <T>(
  http: Http,
  schema: z.ZodType<T>,
  call: Call,
  signal?: AbortSignal,
): Promise<T> => checked(schema, (await http(call, signal)).json, `${call.method} ${call.path}`);

/** @throws HostedRequestError if an answer is not what it should be */
export const checked = <T>(schema: z.ZodType<T>, answer: unknown, where: string): T => {
  const read = schema.safeParse(answer);
  if (read.success) return read.data;
  const { field, message } = firstIssue(read.error);
  const at = field === '' ? '' : `, field ${field}`;
  throw new HostedRequestError(`${where}: an unexpected answer${at}: ${message}`, { uncertain: true });
};

const attempt = async (options: HttpOptions, call: Call, signal?: AbortSignal): Promise<Tried<Answer>> => {
  const { timeoutMs = 120_000 } = options;
  const clean = (text: string): string => redact(text, options.key);
  const timeout = call.body ? undefined : AbortSignal.timeout(timeoutMs);
  const signals = [signal, timeout].filter(each => each !== undefined);
  const where = `${call.method} ${call.path.split('?')[0]}`;
  let response: Response;
  let text: string;
  try {
    response = await fetch(call.path.startsWith('http') ? call.path : `${options.baseUrl}${call.path}`, {
      method: call.method,
      redirect: 'manual', // a key must not follow to wherever a redirect points
      headers: {
        ...(call.path.startsWith('http') ? {} : options.headers),
        ...(call.json !== undefined && { 'content-type': 'application/json' }),
      },
      ...(call.json !== undefined && { body: JSON.stringify(call.json) }),
      ...(call.body && { body: call.body }),
      ...(signals.length > 0 && { signal: AbortSignal.any(signals) }),
    });
    text = await response.text();
  } catch (thrown) {
    return unanswered(where, clean(wordsOf(thrown)), thrown);
  }
  const { status, headers } = response;
  const json = parsed(text);
  if (status < 400 && (json !== undefined || text === '')) return { answer: { status, headers, json } };
  const said = status < 400 ? 'the answer is not JSON' : (saidIn(json) ?? text.slice(0, 200));
  return refused(where, status, clean(said), headers.get('retry-after'));
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const saidIn = (json: unknown): string | undefined => {
  const { error, message } = (json ?? {}) as { error?: { message?: unknown } | string; message?: unknown };
  const said = typeof error === 'string' ? error : (error?.message ?? message);
  return typeof said === 'string' ? said : undefined;
};
