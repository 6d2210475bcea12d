import { JuxtaError, messageOf } from '../base/errors.ts';

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

/** Whatever was thrown, as a problem. Details that are not meant for the client (a bug of ours) are left out. */
export const problemOf = (thrown: unknown): Problem => {
  if (thrown instanceof Problem) return thrown;
  if (thrown instanceof JuxtaError) return new Problem(400, messageOf(thrown), { code: thrown.code });
  return new Problem(500, 'the server failed to answer this request');
};

export const problemResponse = ({ status, message, type, param, code }: Problem): Response =>
  Response.json(
    { error: { message, type, param, code } },
    // The rest of a body that was too long is not waited for.
    { status, ...(status === 413 && { headers: { connection: 'close' } }) },
  );
