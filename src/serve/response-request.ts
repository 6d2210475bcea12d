/** A request to `/v1/responses`, parsed at the edge. */
import { z } from 'zod';
import type { Message } from '../dialogue/message.ts';
import type { Tool } from '../environments/environment.ts';
import type { GenerateRequest } from '../models/model.ts';
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
import { conversationOf, inputSchema } from './response-input.ts';
import type { ResponseMemory } from './response-memory.ts';

const schema = z.looseObject({
  model: z.string(),
  input: inputSchema,
  instructions: z.string().nullish(),
  tools: z
    .array(z.looseObject({ type: z.literal('function', 'only functions can be called') }).and(functionSchema))
    .nullish(),
  tool_choice: z.unknown().optional(),
  temperature: z.number().min(0).max(2).nullish(),
  max_output_tokens: z.number().int().positive().nullish(),
  seed: seedSchema.nullish(),
  stream: z.boolean().nullish(),
  store: z.boolean().nullish(),
  previous_response_id: z.string().nullish(),
  conversation: z.null('conversations are not kept here: send previous_response_id').optional(),
  prompt: z.null('there are no stored prompts here: send instructions').optional(),
  include: z.array(z.string()).nullish(),
  text: z.looseObject({ format: z.looseObject({ type: z.string() }).nullish() }).nullish(),
  stream_options: z.unknown().optional(),
  metadata: z.record(z.string(), z.string()).nullish(),
});

/** What a response repeats of the request that it answers. */
export interface Asked {
  readonly instructions: string | null;
  readonly tools: readonly object[];
  readonly toolChoice: 'auto' | 'none';
  readonly temperature: number;
  readonly maxOutputTokens: number | null;
  readonly previousResponseId: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly store: boolean;
}

export interface ResponseRequest {
  readonly model: string;
  readonly request: GenerateRequest;
  /** The conversation that is answered, that of the responses before it included; without instructions. */
  readonly conversation: readonly Message[];
  readonly asked: Asked;
  readonly logProbabilities: boolean;
  readonly stream: boolean;
  /** Settings that were sent and have no effect here. */
  readonly ignored: readonly string[];
}

/**
 * @param knownTools what the server knows of tools beyond their schema, by name
 * @param memory the responses that are still remembered, for `previous_response_id` and references to items
 * @throws Problem 400 naming the field, 404 for what is not remembered
 */
export const parseResponseRequest = (
  body: string,
  knownTools: ReadonlyMap<string, Tool>,
  memory: ResponseMemory,
): ResponseRequest => {
  const parsed = parseBody(body, schema);
  const earlier = parsed.previous_response_id ? memory.conversation(parsed.previous_response_id) : [];
  const conversation = [...earlier, ...messagesOf(parsed.input, memory)];
  const instructions = parsed.instructions ?? null;
  const temperature = parsed.temperature ?? 1;
  const tools = chosenTools(parsed.tools, parsed.tool_choice);
  const writesText = (parsed.text?.format?.type ?? 'text') === 'text';
  return {
    model: parsed.model,
    request: {
      messages: [
        ...(instructions ? [{ role: 'system', content: instructions } as const] : []),
        ...conversation,
      ],
      tools: tools.map(each => toolOf(each, knownTools)),
      temperature,
      maxTokens: parsed.max_output_tokens ?? DEFAULT_MAX_TOKENS,
      seed: parsed.seed ?? randomSeed(),
    },
    conversation,
    asked: {
      instructions,
      tools: parsed.tools ?? [],
      toolChoice: parsed.tool_choice === 'none' ? 'none' : 'auto',
      temperature,
      maxOutputTokens: parsed.max_output_tokens ?? null,
      previousResponseId: parsed.previous_response_id ?? null,
      metadata: parsed.metadata ?? {},
      store: parsed.store ?? true,
    },
    logProbabilities: parsed.include?.includes('message.output_text.logprobs') ?? false,
    stream: parsed.stream ?? false,
    ignored: [...ignoredIn(parsed, schema.shape), ...(writesText ? [] : ['text.format'])],
  };
};

const messagesOf = (input: z.infer<typeof inputSchema>, memory: ResponseMemory): readonly Message[] =>
  conversationOf(input.map(each => (each.type === 'item_reference' ? memory.item(each.id) : each)));
