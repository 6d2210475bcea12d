/** What went wrong, told from what the AI SDK throws. Nothing of the thrown object is kept but a redacted text. */
import { APICallError, InvalidResponseDataError } from '@ai-sdk/provider';
import { messageOf } from '../../base/errors.ts';
import { type FaultKind, RequestFault } from '../fault.ts';
import { redact } from './keys.ts';

const MOST_TEXT = 300;

export const faultOf = (thrown: unknown, model: string, key: string | undefined): RequestFault => {
  const fault = (kind: FaultKind, text: string, details?: ConstructorParameters<typeof RequestFault>[2]) =>
    new RequestFault(kind, `${model}: ${redact(text, key).slice(0, MOST_TEXT)}`, details);
  if (InvalidResponseDataError.isInstance(thrown)) return fault('no-choice', 'the answer has no completion');
  if (!APICallError.isInstance(thrown)) {
    const kind = networkKind(thrown);
    return fault(kind ?? 'refused', messageOf(thrown));
  }
  const { statusCode: status, responseHeaders, responseBody } = thrown;
  if (status === undefined) return fault(networkKind(thrown) ?? 'reset', thrown.message);
  const said = `HTTP ${status}: ${thrown.message || responseBody || 'no text'}`;
  const details = { status, retryAfterMs: retryAfterOf(responseHeaders) };
  if (status >= 200 && status < 300) {
    const broken = networkKind(thrown);
    return fault(
      broken ?? 'truncated',
      broken ? messageOf(thrown.cause) : 'the answer is not what it should be',
      {
        status,
      },
    );
  }
  if (status === 429 && /insufficient_quota|billing/i.test(responseBody ?? '')) {
    return fault('refused', `${said} (no credit left)`, { status });
  }
  if (status === 429 || status === 529) return fault('rate-limit', said, details);
  if (status === 503 && details.retryAfterMs !== undefined) return fault('rate-limit', said, details);
  if (status >= 500 || status === 408 || status === 409 || status === 425)
    return fault('server', said, details);
  return fault('refused', said + hintFor(status), { status });
};

const hintFor = (status: number): string => {
  if (status === 401 || status === 403) return ' (is the key right?)';
  if (status === 404) return ' (is there such a model at this address?)';
  if (status >= 300 && status < 400)
    return ' (redirected; keys are sent to no other address, so name the new one)';
  return '';
};

/** Node's word for what happened to the connection, wherever in the chain of causes it stands. */
const networkKind = (thrown: unknown): FaultKind | undefined => {
  for (let at = thrown, depth = 0; at instanceof Error && depth < 6; at = at.cause, depth++) {
    const code = (at as NodeJS.ErrnoException).code ?? '';
    if (/^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/.test(code)) {
      return 'unreachable';
    }
    if (
      /^(ECONNRESET|EPIPE|ETIMEDOUT|UND_ERR_SOCKET|UND_ERR_.*_TIMEOUT|UND_ERR_RES_CONTENT_LENGTH_MISMATCH)$/.test(
        code,
      )
    ) {
      return 'reset';
    }
    if (at instanceof TypeError && at.message === 'terminated') return 'reset';
  }
  return undefined;
};

/** `retry-after-ms`, or `retry-after` in seconds or as a date. @returns ms */
export const retryAfterOf = (headers: Readonly<Record<string, string>> | undefined): number | undefined => {
  const ms = Number.parseFloat(headers?.['retry-after-ms'] ?? '');
  if (Number.isFinite(ms)) return Math.max(0, ms);
  const after = headers?.['retry-after'];
  if (after === undefined) return undefined;
  const seconds = Number(after);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(after);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
};
