/** Completions from what OpenAI-compatible servers answer, read as liberally as can be done without guessing. */
import { z } from 'zod';
import type { JsonObject } from '../../../dialogue/json.ts';
import { type ToolCall, toolCall } from '../../../dialogue/message.ts';
import type { Usage } from '../../../dialogue/turn.ts';
import { RequestFault } from '../../fault.ts';
import type { Completion } from '../../model.ts';
import { refusalFault } from '../classify.ts';
import { refusalIn } from '../refusal.ts';
import { plainWords } from '../server-words.ts';
import { decodeAnswer } from './decode.ts';
import { withoutThoughts } from './thoughts.ts';

const text = z.string().nullish().catch(null);
const parts = z
  .array(z.union([z.string(), z.object({ type: text, text })]))
  .transform(list =>
    list
      .map(part => (typeof part === 'string' ? part : part.type === 'reasoning' ? '' : (part.text ?? '')))
      .join(''),
  );
const functionSchema = z.object({ name: z.string(), arguments: z.unknown() });
const callSchema = z.looseObject({
  id: z.union([z.string(), z.number()]).nullish(),
  function: functionSchema,
});
const messageSchema = z.looseObject({
  content: z.union([z.string(), parts]).nullish().catch(null),
  tool_calls: z.array(z.unknown()).nullish().catch(null),
  function_call: functionSchema.nullish().catch(null),
  reasoning_content: text,
  reasoning: text,
});
const choiceSchema = z.object({
  message: messageSchema,
  finish_reason: text,
  logprobs: z
    .object({ content: z.array(z.object({ logprob: z.number() })).nullish() })
    .nullish()
    .catch(null),
});
const count = z.number().nonnegative().nullish().catch(null);
const usageSchema = z.object({
  prompt_tokens: count,
  completion_tokens: count,
  input_tokens: count,
  output_tokens: count,
  prompt_tokens_details: z.object({ cached_tokens: count }).nullish().catch(null),
  completion_tokens_details: z.object({ reasoning_tokens: count }).nullish().catch(null),
});
const answerSchema = z.object({ choices: z.array(choiceSchema), usage: usageSchema.nullish().catch(null) });

const reasoningFields = ['reasoning_content', 'reasoning'] as const;
export type ReasoningField = (typeof reasoningFields)[number];

export interface Answer {
  readonly completions: readonly Completion[];
  /** The field in which the model's thoughts came, if they did. */
  readonly reasoningIn?: ReasoningField;
}

/** @throws RequestFault `truncated`, `unreadable`, `no-choice`, or what an error within says */
export const readAnswer = (
  body: string,
  about: { readonly model: string; readonly key: string | undefined },
): Answer => {
  const value = decodeAnswer(body);
  const fault = (kind: 'truncated' | 'unreadable' | 'no-choice', problem: string): RequestFault => {
    const said = plainWords(problem, about.key);
    return new RequestFault(kind, `${about.model}: ${said}`, { status: 200, said });
  };
  if (value === undefined) {
    const brokeOff = /^\s*[[{]/.test(body) || body.trim() === '';
    throw brokeOff
      ? fault('truncated', 'the answer breaks off')
      : fault('unreadable', `expected a chat completion in JSON; there came: ${body.slice(0, 120)}`);
  }
  const answer = answerSchema.safeParse(value);
  if (!answer.success) {
    const refusal = refusalIn(value);
    if (refusal) throw refusalFault(statusNamed(refusal.code, refusal.message), refusal, about);
    const [issue] = answer.error.issues;
    const where = issue ? `${issue.path.join('.')}: ${issue.message}` : '';
    throw fault('unreadable', `expected a chat completion (${where}); there came: ${body.slice(0, 120)}`);
  }
  const { choices, usage } = answer.data;
  if (choices.length === 0) throw fault('no-choice', 'the answer has no completion');
  const { message } = choices[0]!;
  const reasoningIn = reasoningFields.find(field => message[field]);
  return {
    completions: choices.map((choice, i) => completionOf(choice, usageOf(usage, i, choices.length))),
    ...(reasoningIn && { reasoningIn }),
  };
};

/** The status that an error names although it came as a success. */
const statusNamed = (code: string | undefined, message: string): number => {
  const status = Number(code);
  if (status >= 400 && status < 600) return status;
  if (/rate.?limit|too many requests|overloaded/i.test(`${code} ${message}`)) return 429;
  return /invalid|not.found|unsupported|auth|key/i.test(code ?? '') ? 400 : 500;
};

const finishReasons: Readonly<Record<string, Completion['finishReason']>> = {
  stop: 'stop',
  tool_calls: 'tool-calls',
  function_call: 'tool-calls',
  length: 'length',
  content_filter: 'content-filter',
};

const completionOf = (choice: z.infer<typeof choiceSchema>, usage: Usage): Completion => {
  const { message, finish_reason, logprobs } = choice;
  const { content, tool_calls, function_call, reasoning_content, reasoning } = message;
  const calls = tool_calls?.length ? tool_calls : function_call ? [{ function: function_call }] : [];
  const toolCalls = calls.flatMap((call, at) => callOf(call, at));
  const said = withoutThoughts(content ?? '');
  const thought = reasoning_content || reasoning || said.reasoning;
  const tokens = logprobs?.content;
  return {
    text: said.text || null,
    toolCalls,
    usage,
    finishReason: finishReasons[finish_reason ?? ''] ?? (toolCalls.length > 0 ? 'tool-calls' : 'other'),
    ...(tokens && { logProbability: tokens.reduce((sum, token) => sum + token.logprob, 0) }),
    ...(thought && { reasoning: thought }),
    ...extraOf(message),
  };
};

/** What routers and providers want back beside the text: signatures and encrypted thoughts. */
const GOES_BACK = ['reasoning_details', 'extra_content', 'thought_signature', 'provider_specific_fields'];

const extraOf = (message: Readonly<Record<string, unknown>>): Pick<Completion, 'extra'> => {
  const kept = Object.entries(message).filter(([name, value]) => GOES_BACK.includes(name) && value != null);
  return kept.length > 0 ? { extra: Object.fromEntries(kept) as JsonObject } : {};
};

const callOf = (value: unknown, at: number): readonly ToolCall[] => {
  const call = callSchema.safeParse(value);
  if (!call.success) return [];
  const { id, function: called, type: _, index: __, ...extra } = call.data;
  const made = toolCall(id ? String(id) : `call_${at}`, called.name, argumentsOf(called.arguments));
  return [Object.keys(extra).length > 0 ? { ...made, extra: extra as JsonObject } : made];
};

/** A tool without parameters is called with nothing; some servers give the arguments as what they are. */
const argumentsOf = (value: unknown): string => {
  if (typeof value === 'string') return value.trim() === '' ? '{}' : value;
  return value === null || value === undefined ? '{}' : JSON.stringify(value);
};

/** The first sample bears the prompt, which was read once; what was written is shared out evenly. */
const usageOf = (
  usage: z.infer<typeof usageSchema> | null | undefined,
  i: number,
  samples: number,
): Usage => {
  const written = usage?.completion_tokens ?? usage?.output_tokens ?? 0;
  const each = Math.floor(written / samples);
  if (i > 0) return { inputTokens: 0, outputTokens: each };
  const cached = usage?.prompt_tokens_details?.cached_tokens;
  const thought = usage?.completion_tokens_details?.reasoning_tokens;
  return {
    inputTokens: usage?.prompt_tokens ?? usage?.input_tokens ?? 0,
    outputTokens: written - each * (samples - 1),
    ...(cached && { cachedTokens: cached }),
    ...(thought && { reasoningTokens: thought }),
  };
};
