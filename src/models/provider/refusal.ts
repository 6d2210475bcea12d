/** What a server's error says, whichever of the usual shapes it has. */
import { z } from 'zod';

export interface Refusal {
  /** The server's word for it, for example `context_length_exceeded`. */
  readonly code: string | undefined;
  readonly message: string;
  /** The parameter that it names as the cause. */
  readonly param: string | undefined;
}

const word = z.union([z.string(), z.number()]).nullish().catch(null);
const errorSchema = z.object({
  message: z.string().nullish().catch(null),
  msg: z.string().nullish().catch(null),
  code: word,
  type: word,
  status: word,
  param: z.string().nullish().catch(null),
  /** Of a router: what the provider behind it said. */
  metadata: z.object({ raw: z.unknown() }).nullish().catch(null),
  innererror: z.object({ code: word }).nullish().catch(null),
});
const issueSchema = z.object({
  loc: z.array(z.union([z.string(), z.number()])).optional(),
  msg: z.string(),
  type: z.string().optional(),
});
const bodySchema = z.object({ error: z.unknown(), errors: z.unknown(), detail: z.unknown() }).partial();

/** @param body as it came; a page or a plain text is read as what it says */
export const readRefusal = (body: string): Refusal => {
  const parsed = parse(body);
  if (parsed === undefined) return { code: undefined, message: textOfPage(body), param: undefined };
  return refusalIn(parsed) ?? { code: undefined, message: body, param: undefined };
};

/** The refusal that an answer holds, if it holds one. */
export const refusalIn = (value: unknown): Refusal | undefined => {
  if (Array.isArray(value)) return refusalIn(value[0]);
  const body = bodySchema.safeParse(value);
  if (!body.success) return undefined;
  const { error, errors, detail } = body.data;
  if (typeof error === 'string' && error) return ofError({ ...(value as object), message: error });
  if (error) return ofError(error);
  if (Array.isArray(detail)) return ofIssues(detail);
  if (typeof detail === 'string') return { code: undefined, message: detail, param: undefined };
  if (detail) return ofError(detail);
  if (Array.isArray(errors) && errors.length > 0)
    return typeof errors[0] === 'string'
      ? { code: undefined, message: errors[0], param: undefined }
      : ofError(errors[0]);
  return 'choices' in (value as object) ? undefined : ofError(value);
};

const ofError = (value: unknown): Refusal | undefined => {
  const error = errorSchema.safeParse(value);
  if (!error.success) return undefined;
  const { message, msg, code, type, status, param, metadata, innererror } = error.data;
  const raw = metadata?.raw;
  const behind =
    raw === undefined || raw === null ? '' : ` (${typeof raw === 'string' ? raw : JSON.stringify(raw)})`;
  const said = message ?? msg;
  if (!said && !code && !type) return undefined;
  const name = innererror?.code ?? code ?? type ?? status;
  return {
    code: name === null || name === undefined ? undefined : String(name),
    message: `${said || type || code || status}${behind}`,
    param: param ?? undefined,
  };
};

/** FastAPI's and pydantic's list of what does not fit the schema. */
const ofIssues = (issues: readonly unknown[]): Refusal | undefined => {
  const first = issueSchema.safeParse(issues[0]);
  if (!first.success) return undefined;
  const { loc = [], msg, type } = first.data;
  const path = loc.filter(part => part !== 'body').join('.');
  return { code: type, message: path ? `${path}: ${msg}` : msg, param: path || undefined };
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
};

/** A page's title, or all its text. */
const textOfPage = (body: string): string => {
  const title = /<title[^>]*>([^<]+)<\/title>/i.exec(body)?.[1];
  if (title) return title;
  return /^\s*<(!doctype|html)/i.test(body) ? body.replaceAll(/<[^>]*>/g, ' ') : body;
};
