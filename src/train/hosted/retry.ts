/** Patience with faults of a service that pass. */
import { setTimeout } from 'node:timers/promises';
import { JuxtaError, messageOf } from '../../base/errors.ts';

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

/** What became of one try. */
export type Tried<T> =
  | { readonly answer: T }
  | { readonly fault: HostedRequestError; readonly passing: boolean; readonly retryAfterMs: number };

/**
 * @param repeat false: a request whose fate is unknown is not repeated, but fails as `uncertain`
 * @throws HostedRequestError; the signal's reason
 */
export const patiently = async <T>(
  { tries = 8, baseMs = 1_000, capMs = 60_000 }: RetryOptions,
  attempt: () => Promise<Tried<T>>,
  repeat: boolean,
  signal: AbortSignal | undefined,
): Promise<T> => {
  for (let tried = 1; ; tried++) {
    // With a body and a signal that is aborted already, fetch rejects a second time, where nobody can catch it.
    signal?.throwIfAborted();
    const outcome = await attempt();
    if ('answer' in outcome) return outcome.answer;
    signal?.throwIfAborted();
    const { fault, passing, retryAfterMs } = outcome;
    if (!passing || (!repeat && fault.uncertain) || tried >= tries) throw fault;
    const wait = Math.max(Math.min(capMs, baseMs * 2 ** (tried - 1)), retryAfterMs);
    await setTimeout(wait, undefined, { ...(signal && { signal }) });
  }
};

/** @param said in the service's words, without the key */
export const refused = (
  where: string,
  status: number,
  said: string,
  retryAfter: string | null,
): Tried<never> => {
  const seconds = Number(retryAfter ?? 0);
  return {
    fault: new HostedRequestError(`${where}: ${status} ${said}`, {
      status,
      uncertain: status < 400 || status >= 500,
      ...hintFor(status),
    }),
    passing: status < 400 || status === 408 || status === 429 || status >= 500,
    retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : 0,
  };
};

/** @param cause what kept the answer from coming, which decides whether the service may have been reached */
export const unanswered = (where: string, said: string, cause: unknown): Tried<never> => ({
  fault: new HostedRequestError(`${where}: no answer (${said})`, {
    uncertain: !isUnreached(cause),
    hint: 'Check the connection and run the same command again: it goes on where it was.',
  }),
  passing: true,
  retryAfterMs: 0,
});

/** The innermost reason of what a request threw: the outer ones say that there was no answer. */
export const rootCause = (thrown: unknown): unknown => {
  const { cause } = (thrown ?? {}) as { cause?: unknown };
  return cause === undefined ? thrown : rootCause(cause);
};

export const wordsOf = (thrown: unknown): string => messageOf(rootCause(thrown));

const isUnreached = (thrown: unknown): boolean => {
  const { code } = (rootCause(thrown) ?? {}) as { code?: unknown };
  return code === 'ECONNREFUSED' || code === 'ENOTFOUND';
};

const hintFor = (status: number): { hint?: string } => {
  if (status === 401 || status === 403)
    return { hint: 'Check the key, and whether it may start fine-tuning jobs.' };
  if (status === 429) return { hint: 'The service is busy or a quota is used up; try again later.' };
  return {};
};
