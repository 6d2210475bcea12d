/** The AI SDK's results in our terms. */
import type { LanguageModelV4Content, LanguageModelV4GenerateResult } from '@ai-sdk/provider';
import type { Json } from '../../dialogue/json.ts';
import { toolCall } from '../../dialogue/message.ts';
import type { Usage } from '../../dialogue/turn.ts';
import { RequestFault } from '../fault.ts';
import type { Completion } from '../model.ts';

/** The completion of an answer. @throws RequestFault if the provider broke off */
export const toCompletion = (result: LanguageModelV4GenerateResult, model: string): Completion => {
  const { unified } = result.finishReason;
  if (unified === 'error' || unified === 'interrupted') {
    throw new RequestFault(
      'truncated',
      `${model}: the answer broke off (${result.finishReason.raw ?? unified})`,
    );
  }
  return {
    text: textOf(result.content),
    toolCalls: result.content
      .filter(part => part.type === 'tool-call')
      .map(part => ({
        ...toolCall(part.toolCallId, part.toolName, part.input.trim() || '{}'),
        ...(part.providerMetadata && { extra: { providerMetadata: asJson(part.providerMetadata) } }),
      })),
    usage: usageOf(result),
    finishReason: unified,
    ...reasoningOf(result.content),
  };
};

const textOf = (content: readonly LanguageModelV4Content[]): string | null =>
  content
    .filter(part => part.type === 'text')
    .map(part => part.text)
    .join('') || null;

/**
 * What the model thought; and of each part that its provider signed, text and signature as they came, since thoughts
 * without their signature are not taken back.
 */
const reasoningOf = (content: readonly LanguageModelV4Content[]): Pick<Completion, 'reasoning' | 'extra'> => {
  const parts = content.filter(part => part.type === 'reasoning' || part.type === 'text');
  const thoughts = parts.filter(part => part.type === 'reasoning').map(part => part.text);
  const reasoning = thoughts.filter(Boolean).join('\n\n');
  const signed = parts.some(part => part.providerMetadata);
  return {
    ...(reasoning && { reasoning }),
    ...(signed && { extra: { parts: asJson(parts) } }),
  };
};

const asJson = <T extends object>(value: T): Json => JSON.parse(JSON.stringify(value)) as Json;

const usageOf = ({ usage }: LanguageModelV4GenerateResult): Usage => ({
  inputTokens: usage.inputTokens.total ?? 0,
  outputTokens: usage.outputTokens.total ?? 0,
  ...(usage.inputTokens.cacheRead && { cachedTokens: usage.inputTokens.cacheRead }),
  ...(usage.outputTokens.reasoning && { reasoningTokens: usage.outputTokens.reasoning }),
});
