/** Requests to a fine-tuning service: JSON over HTTP, patient with faults that pass. */

import { setTimeout } from 'node:timers/promises';
import type { z } from 'zod';
import { JuxtaError, messageOf } from '../../base/errors.ts';
import { firstIssue } from '../../base/zod-issue.ts';
import { redact } from '../../models/provider/keys.ts';

/** A request that failed for good. Its message holds no key. */
export class HostedRequestError extends JuxtaError {
  override readonly name = 'HostedRequestError';
  /** HTTP status, if there was an answer. */
  readonly status: number | undefined;
  /** Whether the service may have done what it was asked although no answer came. */
  readonly uncertain: boolean;

  constructor(message: string, details: { status?: number; uncertain?: boolean; hint?: string } = {}) {
    super('hosted-request-failed', message, details.hint === undefined ? {} : { hint: details.hint });
    this.status = details.status;
    this.uncertain = details.uncertain ?? false;
  }
}

export interface RetryOptions {
  /** Tries in all (default 8). */
  readonly tries?: number;
  /** The first wait in ms; each further one is twice as long (default 1,000). `retry-after` is kept in full. */
  readonly baseMs?: number;
  /** No other wait is longer, in ms (default 60,000). */
  readonly capMs?: number;
  /** How long to wait for an answer, in ms (default 120,000; uploads may take as long as they need). */
  readonly timeoutMs?: number;
}

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

export const createHttp = (options: HttpOptions): Http => {
  const { tries = 8, baseMs = 1_000, capMs = 60_000 } = options;
  return async (call, signal) => {
    for (let attempt = 1; ; attempt++) {
      const outcome = await attemptOnce(options, call, signal);
      if ('answer' in outcome) return outcome.answer;
      const { fault, passing, retryAfterMs } = outcome;
      const repeatable = passing && (call.repeat !== false || !fault.uncertain);
      if (!repeatable || attempt >= tries) throw fault;
      const wait = Math.max(Math.min(capMs, baseMs * 2 ** (attempt - 1)), retryAfterMs);
      await setTimeout(wait, undefined, { ...(signal && { signal }) });
    }
  };
};

/** The answer's content, validated. @throws HostedRequestError, also if it is not what it should be */
export const ask = async <T>(
  http: Http,
  schema: z.ZodType<T>,
  call: Call,
  signal?: AbortSignal,
): Promise<T> => {
  const read = schema.safeParse((await http(call, signal)).json);
  if (read.success) return read.data;
  const { field, message } = firstIssue(read.error);
  const at = field === '' ? '' : `, field ${field}`;
  throw new HostedRequestError(`${call.method} ${call.path}: an unexpected answer${at}: ${message}`, {
    uncertain: true,
  });
};

type Outcome =
  | { readonly answer: Answer }
  | { readonly fault: HostedRequestError; readonly passing: boolean; readonly retryAfterMs: number };

const attemptOnce = async (options: HttpOptions, call: Call, signal?: AbortSignal): Promise<Outcome> => {
  const { timeoutMs = 120_000 } = options;
  const clean = (text: string): string => redact(text, options.key);
  const timeout = call.body ? undefined : AbortSignal.timeout(timeoutMs);
  const signals = [signal, timeout].filter(each => each !== undefined);
  const where = `${call.method} ${call.path.split('?')[0]}`;
  // With a body and a signal that is aborted already, fetch rejects a second time, where nobody can catch it.
  signal?.throwIfAborted();
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
    signal?.throwIfAborted();
    const refused = connectionRefused(thrown);
    const fault = new HostedRequestError(`${where}: no answer (${clean(causeOf(thrown))})`, {
      uncertain: !refused,
      hint: 'Check the connection and run the same command again: it goes on where it was.',
    });
    return { fault, passing: true, retryAfterMs: 0 };
  }
  const { status } = response;
  const json = parsed(text);
  if (status < 400 && (json !== undefined || text === ''))
    return { answer: { status, headers: response.headers, json } };
  const said = status < 400 ? 'the answer is not JSON' : (saidIn(json) ?? text.slice(0, 200));
  const fault = new HostedRequestError(`${where}: ${status} ${clean(said)}`, {
    status,
    uncertain: status < 400 || status >= 500,
    ...hintFor(status),
  });
  const seconds = Number(response.headers.get('retry-after') ?? 0);
  return {
    fault,
    passing: status < 400 || status === 408 || status === 429 || status >= 500,
    retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : 0,
  };
};

const hintFor = (status: number): { hint?: string } => {
  if (status === 401 || status === 403)
    return { hint: 'Check the key, and whether it may start fine-tuning jobs.' };
  if (status === 429) return { hint: 'The service is busy or a quota is used up; try again later.' };
  return {};
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

const causeOf = (thrown: unknown): string => {
  const { cause } = thrown as { cause?: unknown };
  return cause === undefined ? messageOf(thrown) : messageOf(cause);
};

const connectionRefused = (thrown: unknown): boolean => {
  const { cause } = thrown as { cause?: { code?: unknown } };
  return cause?.code === 'ECONNREFUSED' || cause?.code === 'ENOTFOUND';
};
