import { JuxtaError, messageOf } from '../base/errors.ts';
import { ModelError } from '../models/model.ts';

/** A request that cannot be served, with the HTTP status and error object that OpenAI's clients expect. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  readonly type: string;
  readonly param: string | null;
  readonly code: string | null;

  constructor(
    status: number,
    message: string,
    details: { readonly type?: string; readonly param?: string; readonly code?: string } = {},
  ) {
    super(message);
    this.status = status;
    this.type = details.type ?? (status < 500 ? 'invalid_request_error' : 'server_error');
    this.param = details.param ?? null;
    this.code = details.code ?? null;
  }
}

/** Whatever was thrown, as a problem. What is not meant for the client (a bug of ours) is not told in detail. */
export const problemOf = (thrown: unknown): Problem => {
  if (thrown instanceof Problem) return thrown;
  if (thrown instanceof ModelError) {
    if (thrown.fault === 'budget') return new Problem(429, thrown.message, { code: 'budget_exceeded' });
    if (thrown.fault === 'agent') return new Problem(422, thrown.message, { code: 'model_error' });
    // Its model could be asked, but not this: to try again would not help.
    if (thrown.cause instanceof JuxtaError)
      return new Problem(400, thrown.message, { code: thrown.cause.code });
    return new Problem(502, thrown.message, { code: 'model_unavailable' });
  }
  if (thrown instanceof JuxtaError) return new Problem(400, messageOf(thrown), { code: thrown.code });
  return new Problem(500, 'the server failed to answer this request');
};

export const problemBody = ({ message, type, param, code }: Problem): string =>
  JSON.stringify({ error: { message, type, param, code } });
