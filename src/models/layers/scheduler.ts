/**
 * Who may send a request now. All leaves of all running tasks, agents and users alike, share one scheduler per
 * endpoint. It keeps to the caps it is given and learns the endpoint's own from its refusals: a 429 stops all sending
 * for the time the endpoint names and lowers the number in flight, as do many time-outs; each success raises it a little
 * again.
 */
import { LONGEST_TIMER } from '../../base/delay.ts';
import { abortedFault } from '../fault.ts';
import { createQueue } from './queue.ts';
import { createWindow } from './window.ts';

export interface SchedulerOptions {
  /** Most requests in flight (default: as many as there are). */
  readonly maxInFlight?: number;
  readonly requestsPerMinute?: number;
  readonly tokensPerMinute?: number;
  /** A clock in ms (default: monotonic). */
  readonly now?: () => number;
}

export interface SchedulerState {
  readonly inFlight: number;
  readonly waiting: number;
  /** Requests in flight that the endpoint seems to bear. */
  readonly ceiling: number;
  readonly mostInFlight: number;
  /** How long nothing will be sent, in ms, because the endpoint asked for that or refused too much. */
  readonly pausedMs: number;
}

export interface Admission {
  /** Call once, when the request has ended. */
  readonly done: (end: {
    /** What it really took; undefined: as estimated. */
    readonly tokens?: number | undefined;
    /** The endpoint said that it is too much. */
    readonly refused?: { readonly retryAfterMs: number | undefined } | undefined;
    /** No answer came in time. */
    readonly timedOut?: boolean;
  }) => void;
}

export interface Scheduler {
  /** Waits for its turn. @throws RequestFault `aborted` */
  enter(request: {
    readonly model: string;
    /** Estimate, in and out. */
    readonly tokens: number;
    /** Lower goes first. */
    readonly priority?: number;
    readonly signal?: AbortSignal | undefined;
  }): Promise<Admission>;
  state(): SchedulerState;
}

interface Waiter {
  readonly tokens: number;
  readonly admit: (correct: (tokens: number) => void) => void;
  left: boolean;
}

/** How far the number in flight falls after a refusal. */
const BACK_OFF = 0.7;
/** One request that is lost says nothing; so many of the last ones that ended say that there are too many at once. */
const LOST_OF_LAST = 5;
const LAST = 16;
/** Servers may work on for those who have gone: they are left alone meanwhile. */
const SHARE_OF_TIMEOUT = 0.5;
const LONGEST_REST_MS = 10_000;
const FIRST_PAUSE_MS = 100;
/** An endpoint that answers within milliseconds is asked again sooner: after so many of its fastest answers. */
const ANSWERS_PER_PAUSE = 4;
const SHORTEST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 60_000;

export const createScheduler = (options: SchedulerOptions = {}): Scheduler => {
  const { maxInFlight = Number.POSITIVE_INFINITY, requestsPerMinute, tokensPerMinute } = options;
  const now = options.now ?? (() => performance.now());
  const queue = createQueue<Waiter>();
  const requests = createWindow();
  const tokens = createWindow();
  let ceiling = maxInFlight;
  let inFlight = 0;
  let waiting = 0;
  let mostInFlight = 0;
  let pausedUntil = Number.NEGATIVE_INFINITY;
  let lastRefusal = Number.NEGATIVE_INFINITY;
  let refusalsInARow = 0;
  let fastest = Number.POSITIVE_INFINITY;
  let lastLost = Number.NEGATIVE_INFINITY;
  let ended: boolean[] = [];
  /** How long requests are waited for, as far as time-outs have shown. */
  let patience = Number.POSITIVE_INFINITY;
  let timer: { readonly at: number; readonly handle: NodeJS.Timeout } | undefined;

  const startsAt = (waiter: Waiter, time: number): number =>
    Math.max(
      pausedUntil,
      requestsPerMinute === undefined ? time : requests.fitsAt(1, requestsPerMinute, time),
      tokensPerMinute === undefined ? time : tokens.fitsAt(waiter.tokens, tokensPerMinute, time),
    );

  const wakeAt = (at: number, time: number): void => {
    if (timer && timer.at <= at) return;
    if (timer) clearTimeout(timer.handle);
    const handle = setTimeout(
      () => {
        timer = undefined;
        pump();
      },
      // Woken too early, it looks again and waits on.
      Math.min(Math.ceil(at - time), LONGEST_TIMER),
    );
    timer = { at, handle };
  };

  const pump = (): void => {
    const time = now();
    while (inFlight < Math.max(1, Math.floor(ceiling))) {
      const next = queue.peek();
      if (!next) return;
      if (next.left) {
        queue.pop();
        continue;
      }
      const at = startsAt(next, time);
      if (at > time) {
        wakeAt(at, time);
        return;
      }
      queue.pop();
      waiting--;
      inFlight++;
      mostInFlight = Math.max(mostInFlight, inFlight);
      if (requestsPerMinute !== undefined) requests.use(1, time);
      next.admit(tokensPerMinute === undefined ? () => undefined : tokens.use(next.tokens, time));
    }
  };

  const learn = (startedAt: number, refused: { readonly retryAfterMs: number | undefined }): void => {
    const time = now();
    // One wave of refusals is one lesson: requests sent before the last lesson teach nothing new.
    if (startedAt >= lastRefusal) {
      ceiling = Math.max(1, Math.floor(Math.min(ceiling, inFlight + 1) * BACK_OFF));
      lastRefusal = time;
      refusalsInARow++;
    }
    const first = Math.min(FIRST_PAUSE_MS, Math.max(SHORTEST_PAUSE_MS, ANSWERS_PER_PAUSE * fastest));
    const own = Math.min(LONGEST_PAUSE_MS, first * 2 ** (refusalsInARow - 1));
    pausedUntil = Math.max(pausedUntil, time + (refused.retryAfterMs ?? own));
  };

  /** Too many time-outs among the last requests: half as many at once, after a rest. */
  const learnFromTime = (startedAt: number, timedOut: boolean): void => {
    ended = [...ended.slice(1 - LAST), timedOut];
    const lost = ended.filter(Boolean).length;
    if (timedOut) patience = now() - startedAt;
    if (!timedOut || startedAt < lastLost || (lost < LOST_OF_LAST && lost < ended.length)) return;
    const time = now();
    ceiling = Math.max(1, Math.floor(Math.min(ceiling, inFlight + 1) / 2));
    lastLost = time;
    ended = [];
    pausedUntil = Math.max(
      pausedUntil,
      time + Math.min(LONGEST_REST_MS, SHARE_OF_TIMEOUT * (time - startedAt)),
    );
  };

  return {
    enter: ({ model, tokens: estimate, priority = 0, signal }) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(abortedFault(model));
        const leave = (): void => {
          waiter.left = true;
          waiting--;
          reject(abortedFault(model));
        };
        const waiter: Waiter = {
          tokens: estimate,
          left: false,
          admit: correct => {
            signal?.removeEventListener('abort', leave);
            const startedAt = now();
            resolve({
              done: ({ tokens: used, refused, timedOut = false }) => {
                inFlight--;
                learnFromTime(startedAt, timedOut);
                if (refused) learn(startedAt, refused);
                else if (!timedOut) {
                  refusalsInARow = 0;
                  fastest = Math.min(fastest, now() - startedAt);
                  // Answers that come late already are no reason to ask for more.
                  const early = now() - startedAt < SHARE_OF_TIMEOUT * patience;
                  if (early && ceiling < maxInFlight) ceiling = Math.min(maxInFlight, ceiling + 1 / ceiling);
                }
                if (used !== undefined) correct(used);
                pump();
              },
            });
          },
        };
        signal?.addEventListener('abort', leave, { once: true });
        waiting++;
        queue.push(waiter, priority);
        pump();
      }),
    state: () => ({
      inFlight,
      waiting,
      ceiling,
      mostInFlight,
      pausedMs: Math.max(0, pausedUntil - now()),
    }),
  };
};
