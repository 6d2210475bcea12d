/** What went wrong with a request. Nothing of what was thrown is kept but one plain, redacted line. */
import { APICallError, InvalidResponseDataError } from '@ai-sdk/provider';
import { messageOf } from '../../base/errors.ts';
import { type FaultDetails, type FaultKind, RequestFault } from '../fault.ts';
import { toolParserOf } from '../text-calls/parsers.ts';
import { type Refusal, readRefusal } from './refusal.ts';
import { plainWords } from './server-words.ts';

/** Waits that an endpoint asks for are kept up to this; asked for more, a run stops and can be resumed. */
export const LONGEST_WAIT_MS = 600_000;

/** Tells from what the AI SDK, or the connection, throws. */
export const faultOf = (thrown: unknown, model: string, key: string | undefined): RequestFault => {
  const fault = (kind: FaultKind, text: string, status?: number) => {
    const said = plainWords(text, key);
    return new RequestFault(kind, `${model}: ${said}`, { said, status });
  };
  if (InvalidResponseDataError.isInstance(thrown)) return fault('no-choice', 'the answer has no completion');
  if (!APICallError.isInstance(thrown)) return fault(networkKind(thrown) ?? 'refused', messageOf(thrown));
  const { statusCode: status, responseHeaders, responseBody } = thrown;
  if (status === undefined) return fault(networkKind(thrown) ?? 'reset', thrown.message);
  if (status >= 200 && status < 300) {
    const broken = networkKind(thrown);
    return broken
      ? fault(broken, messageOf(thrown.cause), status)
      : fault('truncated', 'the answer is not what it should be', status);
  }
  const refusal = readRefusal(responseBody || thrown.message || '');
  return refusalFault(status, refusal, { model, key, retryAfterMs: retryAfterOf(responseHeaders) });
};

/**
 * The fault that a server's refusal is.
 * @param status of the answer, or, where that is 200, the status that the refusal itself names
 */
export const refusalFault = (
  status: number,
  refusal: Refusal,
  about: {
    readonly model: string;
    readonly key: string | undefined;
    readonly retryAfterMs?: number | undefined;
  },
): RequestFault => {
  const { model, key, retryAfterMs } = about;
  const code = refusal.code === undefined || refusal.code === String(status) ? '' : ` ${refusal.code}`;
  const said = plainWords(`${status}${code}: ${refusal.message || 'no text'}`, key);
  const fault = (kind: FaultKind, details: FaultDetails = {}, hint = '') =>
    new RequestFault(kind, `${model}: HTTP ${said}${hint}`, { status, said, ...details });
  const all = `${refusal.code ?? ''} ${refusal.message}`;

  if (status === 429 && /insufficient_quota|billing/i.test(all))
    return fault('refused', { advice: 'see to the credit of this account' }, ' (no credit left)');
  if (retryAfterMs !== undefined && retryAfterMs > LONGEST_WAIT_MS)
    return fault(
      'refused',
      { status: 429, advice: 'come back when the endpoint takes requests again' },
      ` (it asks for a wait of ${Math.round(retryAfterMs / 1000)} s)`,
    );
  if (status === 429 || status === 529) return fault('rate-limit', { retryAfterMs });
  if (status === 503 && retryAfterMs !== undefined) return fault('rate-limit', { retryAfterMs });
  if (status < 500 || NOT_THE_SERVERS.has(status)) {
    if (CONTEXT_LENGTH.test(all)) return fault('context-length');
    if (CONTENT_FILTER.test(all)) return fault('content-filter');
  }
  if (status >= 500 || status === 408 || status === 409 || status === 425)
    return fault('server', { retryAfterMs });
  return fault('refused', { advice: adviceFor(status, all, model) }, hintFor(status));
};

/** Some servers answer 500 or 501 to a prompt that is too long, too. */
const NOT_THE_SERVERS: ReadonlySet<number> = new Set([500, 501]);

const CONTEXT_LENGTH =
  /context[_ -]?(length|window|size)|maximum (context|prompt|model) length|prompt (is )?too long|too many (input )?tokens|input (is too long|length)|exceeds? .{0,40}(context|max_model_len|n_ctx)|reduce (the|your) (length|prompt)/i;
const CONTENT_FILTER =
  /content[_ -]?(filter|policy|management policy)|moderation|flagged|safety (system|filter|polic)|ResponsibleAIPolicy|data_inspection_failed|inappropriate content|prohibited content/i;

const hintFor = (status: number): string => {
  if (status === 401 || status === 403) return ' (is the key right?)';
  if (status === 404) return ' (is there such a model at this address?)';
  if (status >= 300 && status < 400)
    return ' (redirected; keys are sent to no other address, so name the new one)';
  return '';
};

/** What the user can do about a refusal that will not pass. */
const adviceFor = (status: number, text: string, model: string): string | undefined => {
  if (/enable-auto-tool-choice|tool-call-parser/i.test(text))
    return `start the server with: vllm serve MODEL --enable-auto-tool-choice --tool-call-parser ${toolParserOf(model) ?? 'PARSER (hermes, llama3_json, openai, …: the one for this model)'}; or give --tool-calls text`;
  if (/--jinja/.test(text)) return 'start the server with: llama-server --jinja …';
  if (
    /(not|n't) support (tool|function)|(tool|function)s? (use|calls?|calling)? ?(is|are) not supported/i.test(
      text,
    )
  )
    return 'give --tool-calls text, choose a model that can call tools, or an agent that needs none: --agent react';
  if (status === 401 || status === 403) return 'see that the key is right and may use this model';
  if (status === 402) return 'see to the credit of this account';
  if (status === 404) return 'see that the address and the name of the model are right';
  return undefined;
};

/** Node's word for what happened to the connection, wherever in the chain of causes it stands. */
export const networkKind = (thrown: unknown): FaultKind | undefined => {
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
