import { type FaultKind, RequestFault } from '../fault.ts';
import type { Model } from '../model.ts';
import type { Observe } from './events.ts';
import { pause } from './flight.ts';

export interface RetryOptions {
  /** Tries in all (default 12). */
  readonly tries?: number;
  /** Tries at an endpoint that has not answered yet, or never with a completion: nobody may be there (default 5). */
  readonly firstTries?: number;
  /** To be shared by all models of one endpoint (default: this model's own). */
  readonly endpoint?: EndpointContact;
  /** The first wait is drawn from [0, baseMs), the next from [0, 2 baseMs), … (default 500). */
  readonly baseMs?: number;
  /** No drawn wait is longer (default 30 000). What the endpoint asks for with `retry-after` is kept in full. */
  readonly capMs?: number;
  /** Draws for the jitter, uniform in [0, 1). They shift times, never results. */
  readonly draw?: () => number;
  readonly observe?: Observe;
}

/** What is known of an endpoint: one that has answered before deserves patience while it restarts. */
export interface EndpointContact {
  answered: boolean;
  /** It has given a completion. */
  completed?: boolean;
}

/** An answer that cannot be read will most likely be no better the next time; one that breaks off may. */
const MOST_TRIES: Partial<Record<FaultKind, number>> = { unreadable: 3, 'no-choice': 6, truncated: 6 };

const ANSWERS_PER_WAIT = 8;
const SOONEST_MS = 10;

/** Shorter waits that an endpoint asks for are nothing to tell of. */
const TOLD_FROM_MS = 2000;

/** Faults that pass are tried again after an exponential wait with full jitter. The signal ends the waiting too. */
export const retrying = (model: Model, options: RetryOptions = {}): Model => {
  const { tries = 12, firstTries = 5, baseMs = 500, capMs = 30_000, draw = Math.random, observe } = options;
  const { endpoint = { answered: false } } = options;
  /** Of the fastest answer, in ms. */
  let fastest = Number.POSITIVE_INFINITY;
  /** An endpoint that answers within milliseconds and refuses for its rate is first asked again soon, then ever later. */
  const longestWait = (kind: FaultKind, attempt: number): number => {
    const soon = Math.max(SOONEST_MS, ANSWERS_PER_WAIT * fastest);
    const longest =
      kind === 'rate-limit' && soon < baseMs ? soon * 4 ** (attempt - 1) : baseMs * 2 ** (attempt - 1);
    return Math.min(capMs, longest);
  };
  let toldOfWaits = false;
  const tellOfWait = (ms: number): void => {
    if (toldOfWaits || ms < TOLD_FROM_MS) return;
    toldOfWaits = true;
    const seconds = Math.round(ms / 1000);
    const text = `${model.id}: it asks for waits, of ${seconds} s for example, and they are kept`;
    observe?.({ type: 'warning', model: model.id, text });
  };
  const triesAfter = ({ kind, status }: RequestFault): number => {
    const most = Math.min(tries, MOST_TRIES[kind] ?? tries);
    const hopeless = kind === 'unreachable' ? !endpoint.answered : status === 500 && !endpoint.completed;
    return hopeless ? Math.min(most, firstTries) : most;
  };
  return {
    id: model.id,
    generate: async (request, signal) => {
      for (let attempt = 1; ; attempt++) {
        const began = performance.now();
        try {
          const completions = await model.generate(request, signal);
          fastest = Math.min(fastest, performance.now() - began);
          endpoint.answered = true;
          endpoint.completed = true;
          return completions;
        } catch (thrown) {
          if (!(thrown instanceof RequestFault)) throw thrown;
          observe?.({ type: 'fault', model: model.id, kind: thrown.kind, said: thrown.said });
          if (thrown.status !== undefined) endpoint.answered = true;
          if (!thrown.passing || attempt >= triesAfter(thrown)) throw thrown;
          tellOfWait(thrown.retryAfterMs ?? 0);
          const jitter = draw() * longestWait(thrown.kind, attempt);
          const waitMs = Math.max(jitter, thrown.retryAfterMs ?? 0);
          observe?.({ type: 'retry', model: model.id, kind: thrown.kind, waitMs });
          await pause(waitMs, model.id, signal);
        }
      }
    },
  };
};
