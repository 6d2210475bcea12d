import { ModelError } from './model.ts';

/** What went wrong with a request, as reports count it. */
export type FaultKind =
  | 'rate-limit' // 429, or a provider that says it is overloaded
  | 'server' // 5xx
  | 'unreachable' // no connection was made
  | 'reset' // the connection broke while we waited
  | 'timeout' // no answer in time
  | 'truncated' // an answer that is not the JSON it should be
  | 'no-choice' // an answer without a single completion
  | 'refused' // 4xx: a wrong key, an unknown model, a bad request
  | 'aborted'; // cancelled by us

/** Kinds after which the same request may well succeed. */
const passing: ReadonlySet<FaultKind> = new Set([
  'rate-limit',
  'server',
  'unreachable',
  'reset',
  'timeout',
  'truncated',
  'no-choice',
]);

/** Kinds of which the endpoint may have charged the tokens although we have no answer. */
const mayBePaid: ReadonlySet<FaultKind> = new Set(['reset', 'timeout', 'truncated', 'no-choice', 'aborted']);

/** A request that failed on its way: never the agent's doing. Its message holds no key. */
export class RequestFault extends ModelError {
  readonly kind: FaultKind;
  /** How long the endpoint asked us to stay away, in ms. */
  readonly retryAfterMs: number | undefined;
  /** HTTP status, if there was an answer. */
  readonly status: number | undefined;

  constructor(
    kind: FaultKind,
    message: string,
    details: { readonly retryAfterMs?: number | undefined; readonly status?: number | undefined } = {},
  ) {
    super('infrastructure', message);
    this.kind = kind;
    this.retryAfterMs = details.retryAfterMs;
    this.status = details.status;
  }

  /** True if the same request may succeed later. */
  get passing(): boolean {
    return passing.has(this.kind);
  }

  /** True if the endpoint may have charged for it. */
  get mayBePaid(): boolean {
    return mayBePaid.has(this.kind);
  }
}

/** What a cancelled request throws. */
export const abortedFault = (model: string): RequestFault =>
  new RequestFault('aborted', `${model}: the request was cancelled`);
