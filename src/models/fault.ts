import { ModelError } from './model.ts';

/** What went wrong with a request, as reports count it. */
export type FaultKind =
  | 'rate-limit' // 429, or a provider that says it is overloaded
  | 'server' // 5xx
  | 'unreachable' // no connection was made
  | 'reset' // the connection broke while we waited
  | 'timeout' // no answer in time
  | 'truncated' // an answer that breaks off
  | 'unreadable' // an answer that is something else than a completion
  | 'no-choice' // an answer without a single completion
  | 'refused' // 4xx: a wrong key, an unknown model, a bad request
  | 'context-length' // this conversation is longer than the model takes
  | 'content-filter' // this conversation is refused for what it says
  | 'aborted'; // cancelled by us

/** Kinds after which the same request may well succeed. */
const passing: ReadonlySet<FaultKind> = new Set([
  'rate-limit',
  'server',
  'unreachable',
  'reset',
  'timeout',
  'truncated',
  'unreadable',
  'no-choice',
]);

/** Kinds of which the endpoint may have charged the tokens although we have no answer. */
const mayBePaid: ReadonlySet<FaultKind> = new Set([
  'reset',
  'timeout',
  'truncated',
  'unreadable',
  'no-choice',
  'aborted',
]);

export interface FaultDetails {
  readonly retryAfterMs?: number | undefined;
  readonly status?: number | undefined;
  /** Status, code and message in the server's own words, or what happened to the connection: one plain line. */
  readonly said?: string | undefined;
  /** What the user can do about it. */
  readonly advice?: string | undefined;
}

/** A request that failed on its way: never the agent's doing. Its message holds no key. */
export class RequestFault extends ModelError {
  readonly kind: FaultKind;
  /** How long the endpoint asked us to stay away, in ms. */
  readonly retryAfterMs: number | undefined;
  /** HTTP status, if there was an answer. */
  readonly status: number | undefined;
  readonly said: string;
  readonly advice: string | undefined;

  constructor(kind: FaultKind, message: string, details: FaultDetails = {}) {
    super('infrastructure', message);
    this.kind = kind;
    this.retryAfterMs = details.retryAfterMs;
    this.status = details.status;
    this.said = details.said ?? message;
    this.advice = details.advice;
  }

  /** True if the same request may succeed later. */
  get passing(): boolean {
    return passing.has(this.kind);
  }

  /** True if the endpoint may have charged for it. */
  get mayBePaid(): boolean {
    return mayBePaid.has(this.kind);
  }

  /** Set if it is this conversation that is refused, and others may be answered. */
  get conversation(): 'context-length' | 'content-filter' | undefined {
    return this.kind === 'context-length' || this.kind === 'content-filter' ? this.kind : undefined;
  }
}

/** What a cancelled request throws. */
export const abortedFault = (model: string): RequestFault =>
  new RequestFault('aborted', `${model}: the request was cancelled`);
