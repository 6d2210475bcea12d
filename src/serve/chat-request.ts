/** A chat-completions request, parsed at the edge. */
import { z } from 'zod';
import type { Message, ToolCall } from '../dialogue/message.ts';
import type { Tool } from '../environments/environment.ts';
import { Problem } from '../http/problem.ts';
import { type SampleRequest, withSeeds } from '../models/layers/samples.ts';
import {
  chosenTools,
  DEFAULT_MAX_TOKENS,
  functionSchema,
  ignoredIn,
  parseBody,
  randomSeed,
  seedSchema,
  toolOf,
} from './request.ts';

const part = z.object({ type: z.literal('text', 'only text can be read'), text: z.string() });
const content = z
  .union([z.string(), z.array(part)])
  .transform(value => (typeof value === 'string' ? value : value.map(({ text }) => text).join('')));
const call = z.object({
  id: z.string(),
  type: z.literal('function').default('function'),
  function: z.object({ name: z.string(), arguments: z.string() }),
});
const message = z.discriminatedUnion('role', [
  z.object({ role: z.literal('system'), content }),
  z.object({ role: z.literal('developer'), content }),
  z.object({ role: z.literal('user'), content }),
  z.object({ role: z.literal('assistant'), content: content.nullish(), tool_calls: z.array(call).nullish() }),
  z.object({ role: z.literal('tool'), tool_call_id: z.string(), content }),
]);
const tool = z.object({ type: z.literal('function'), function: functionSchema });

const schema = z.looseObject({
  model: z.string(),
  messages: z.array(message).min(1),
  tools: z.array(tool).nullish(),
  tool_choice: z.unknown().optional(),
  temperature: z.number().min(0).max(2).nullish(),
  max_tokens: z.number().int().positive().nullish(),
  max_completion_tokens: z.number().int().positive().nullish(),
  n: z.number().int().min(1).max(128).nullish(),
  seed: seedSchema.nullish(),
  seeds: z.array(seedSchema).min(1).nullish(),
  logprobs: z.boolean().nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
});

export interface ChatRequest {
  readonly model: string;
  readonly request: SampleRequest;
  readonly logProbabilities: boolean;
  readonly stream: boolean;
  /** Stream: a last chunk with the usage. */
  readonly includeUsage: boolean;
  /** Settings that were sent and have no effect here. */
  readonly ignored: readonly string[];
}

/**
 * @param knownTools what the server knows of tools beyond their schema, by name (fields that a small model sees)
 * @throws Problem 400 naming the field
 */
export const parseChatRequest = (text: string, knownTools: ReadonlyMap<string, Tool>): ChatRequest => {
  const body = parseBody(text, schema);
  const one: SampleRequest = {
    messages: body.messages.map(toMessage),
    tools: chosenTools(body.tools, body.tool_choice).map(each => toolOf(each.function, knownTools)),
    temperature: body.temperature ?? 1,
    maxTokens: body.max_completion_tokens ?? body.max_tokens ?? DEFAULT_MAX_TOKENS,
    seed: body.seed ?? body.seeds?.[0] ?? randomSeed(),
  };
  if (body.seeds && body.n && body.seeds.length !== body.n) {
    throw new Problem(400, 'seeds must have as many entries as n says', { param: 'seeds' });
  }
  const samples = body.n ?? 1;
  return {
    model: body.model,
    request: body.seeds ? withSeeds(one, body.seeds) : samples > 1 ? { ...one, n: samples } : one,
    logProbabilities: body.logprobs ?? false,
    stream: body.stream ?? false,
    includeUsage: body.stream_options?.include_usage ?? false,
    ignored: ignoredIn(body, schema.shape),
  };
};

const toMessage = (each: z.infer<typeof message>): Message => {
  switch (each.role) {
    case 'developer':
      return { role: 'system', content: each.content };
    case 'assistant':
      return {
        role: 'assistant',
        content: each.content ?? null,
        ...(each.tool_calls && each.tool_calls.length > 0 && { tool_calls: each.tool_calls as ToolCall[] }),
      };
    default:
      return each;
  }
};
