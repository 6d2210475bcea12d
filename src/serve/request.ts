/** What requests of both protocols share: reading a body at the edge, tools, and settings that have no effect. */
import { randomInt } from 'node:crypto';
import { z } from 'zod';
import { firstIssue } from '../base/zod-issue.ts';
import type { JsonObject } from '../dialogue/json.ts';
import type { Tool } from '../environments/environment.ts';
import { Problem } from '../http/problem.ts';

/** Up to this many tokens are sampled where a request does not say. */
export const DEFAULT_MAX_TOKENS = 256;

export const seedSchema = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);
export const randomSeed = (): number => randomInt(2 ** 31);

/** A function that the model may call, as both protocols describe it. */
export const functionSchema = z.object({
  name: z.string().min(1),
  description: z.string().nullish(),
  parameters: z.record(z.string(), z.unknown()).nullish(),
});

/** @throws Problem 400 naming the first field that does not fit */
export const parseBody = <T>(text: string, schema: z.ZodType<T>): T => {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Problem(400, 'the body is not JSON');
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const { field: param, message } = firstIssue(parsed.error);
  throw new Problem(400, param ? `${param}: ${message}` : message, { param });
};

/** A model of ours chooses by itself whether to call: it can be kept from calling, not made to. */
export const chosenTools = <T>(tools: readonly T[] | null | undefined, choice: unknown): readonly T[] => {
  if (choice === 'none') return [];
  if (choice === undefined || choice === null || choice === 'auto') return tools ?? [];
  throw new Problem(400, 'tool_choice can be "auto" or "none" here', { param: 'tool_choice' });
};

/** @param known what the server knows of tools beyond their schema, by name (fields that a small model sees) */
export const toolOf = (
  { name, description, parameters }: z.infer<typeof functionSchema>,
  known: ReadonlyMap<string, Tool>,
): Tool => ({
  ...known.get(name),
  name,
  description: description ?? '',
  parameters: (parameters ?? { type: 'object', properties: {} }) as JsonObject,
  mutating: known.get(name)?.mutating ?? false,
});

/** Values with which a setting says nothing. */
const neutral: Readonly<Record<string, unknown>> = {
  background: false,
  frequency_penalty: 0,
  parallel_tool_calls: true,
  presence_penalty: 0,
  store: false,
  top_p: 1,
  truncation: 'disabled',
};
/** Settings about the request rather than the answer. */
const harmless = new Set([
  'metadata',
  'prompt_cache_key',
  'safety_identifier',
  'service_tier',
  'top_logprobs',
  'user',
]);

/** Names the settings of a request that were sent and have no effect here. */
export const ignoredIn = (
  body: Readonly<Record<string, unknown>>,
  read: Readonly<Record<string, unknown>>,
): readonly string[] =>
  Object.keys(body).filter(
    key => !(key in read) && !harmless.has(key) && body[key] != null && body[key] !== neutral[key],
  );
