/** The AI SDK's results in our terms. */
import type { LanguageModelV4Content, LanguageModelV4GenerateResult } from '@ai-sdk/provider';
import { z } from 'zod';
import { toolCall } from '../../dialogue/message.ts';
import type { Usage } from '../../dialogue/turn.ts';
import { RequestFault } from '../fault.ts';
import type { Completion } from '../model.ts';

const choiceSchema = z.object({
  message: z.object({
    content: z.string().nullish(),
    tool_calls: z
      .array(
        z.object({
          id: z.string().nullish(),
          function: z.object({ name: z.string(), arguments: z.string() }),
        }),
      )
      .nullish(),
  }),
  finish_reason: z.string().nullish(),
  logprobs: z.object({ content: z.array(z.object({ logprob: z.number() })).nullish() }).nullish(),
});
const bodySchema = z.object({ choices: z.array(choiceSchema) });
type Choice = z.infer<typeof choiceSchema>;

/** All completions of an answer. @throws RequestFault if the provider broke off */
export const toCompletions = (
  result: LanguageModelV4GenerateResult,
  model: string,
): readonly Completion[] => {
  const { unified } = result.finishReason;
  if (unified === 'error' || unified === 'interrupted') {
    throw new RequestFault(
      'truncated',
      `${model}: the answer broke off (${result.finishReason.raw ?? unified})`,
    );
  }
  const body = bodySchema.safeParse(result.response?.body);
  const choices = body.success ? body.data.choices : [];
  const first: Completion = {
    text: textOf(result.content),
    toolCalls: result.content
      .filter(part => part.type === 'tool-call')
      .map(part => toolCall(part.toolCallId, part.toolName, part.input)),
    usage: usageOf(result),
    finishReason: unified,
    ...logProbabilityOf(choices[0]),
  };
  return share([first, ...choices.slice(1).map(toCompletion)]);
};

const textOf = (content: readonly LanguageModelV4Content[]): string | null =>
  content
    .filter(part => part.type === 'text')
    .map(part => part.text)
    .join('') || null;

const usageOf = ({ usage }: LanguageModelV4GenerateResult): Usage => ({
  inputTokens: usage.inputTokens.total ?? 0,
  outputTokens: usage.outputTokens.total ?? 0,
  ...(usage.inputTokens.cacheRead && { cachedTokens: usage.inputTokens.cacheRead }),
});

const finishReasons: Readonly<Record<string, Completion['finishReason']>> = {
  stop: 'stop',
  tool_calls: 'tool-calls',
  function_call: 'tool-calls',
  length: 'length',
  content_filter: 'content-filter',
};

const toCompletion = (choice: Choice, i: number): Completion => ({
  text: choice.message.content || null,
  toolCalls: (choice.message.tool_calls ?? []).map((call, at) =>
    toolCall(call.id || `call_${i + 1}_${at}`, call.function.name, call.function.arguments),
  ),
  usage: { inputTokens: 0, outputTokens: 0 },
  finishReason: finishReasons[choice.finish_reason ?? ''] ?? 'other',
  ...logProbabilityOf(choice),
});

const logProbabilityOf = (choice: Choice | undefined): { readonly logProbability?: number } => {
  const tokens = choice?.logprobs?.content;
  return tokens ? { logProbability: tokens.reduce((sum, token) => sum + token.logprob, 0) } : {};
};

/**
 * An answer has one usage for all its samples: the first bears the prompt, which was read once; what was written is
 * shared out evenly. The sum is what was paid.
 */
const share = (completions: readonly [Completion, ...Completion[]]): readonly Completion[] => {
  const [first] = completions;
  const { outputTokens } = first.usage;
  const each = Math.floor(outputTokens / completions.length);
  const rest = outputTokens - each * (completions.length - 1);
  return completions.map((completion, i) => ({
    ...completion,
    usage: i === 0 ? { ...first.usage, outputTokens: rest } : { ...completion.usage, outputTokens: each },
  }));
};
