/** The AI SDK's results in our terms, whichever version of its specification the model's package follows. */
import { z } from 'zod';
import type { Json } from '../../../dialogue/json.ts';
import { toolCall } from '../../../dialogue/message.ts';
import type { Usage } from '../../../dialogue/turn.ts';
import { RequestFault } from '../../fault.ts';
import type { Completion } from '../../model.ts';

const metadata = z.record(z.string(), z.json()).optional().catch(undefined);
const partSchema = z.union([
  z.object({ type: z.literal('text'), text: z.string(), providerMetadata: metadata }),
  z.object({ type: z.literal('reasoning'), text: z.string(), providerMetadata: metadata }),
  z.object({
    type: z.literal('tool-call'),
    toolCallId: z.string(),
    toolName: z.string(),
    input: z.unknown(),
    providerMetadata: metadata,
  }),
  z.object({ type: z.string() }).transform(() => undefined),
]);
/** A number in the second version of the specification, then an object. */
const count = z
  .union([
    z.number().transform(total => ({ total, cacheRead: undefined, reasoning: undefined })),
    z.object({
      total: z.number().optional(),
      cacheRead: z.number().optional(),
      reasoning: z.number().optional(),
    }),
  ])
  .nullish()
  .catch(null);
const resultSchema = z.object({
  content: z.array(partSchema),
  finishReason: z.union([
    z.string().transform(unified => ({ unified, raw: unified })),
    z.object({ unified: z.string(), raw: z.string().nullish() }),
  ]),
  usage: z.object({
    inputTokens: count,
    outputTokens: count,
    cachedInputTokens: z.number().nullish(),
    reasoningTokens: z.number().nullish(),
  }),
  warnings: z
    .array(z.unknown())
    .nullish()
    .transform(list => list ?? []),
});
export type SdkResult = z.infer<typeof resultSchema>;

/** @throws RequestFault `unreadable` */
export const readResult = (value: unknown, model: string): SdkResult => {
  const result = resultSchema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new RequestFault(
    'unreadable',
    `${model}: its provider gave no result of the AI SDK (${issue?.path.join('.')}: ${issue?.message})`,
  );
};

type Part = NonNullable<SdkResult['content'][number]>;

/** The completion of an answer. @throws RequestFault if the provider broke off */
export const toCompletion = (result: SdkResult, model: string): Completion => {
  const { unified, raw } = result.finishReason;
  if (unified === 'error' || unified === 'interrupted')
    throw new RequestFault('truncated', `${model}: the answer broke off (${raw ?? unified})`);
  const content = result.content.filter(part => part !== undefined);
  return {
    text: textOf(content),
    toolCalls: content
      .filter(part => part.type === 'tool-call')
      .map(({ toolCallId, toolName, input, providerMetadata }) => ({
        ...toolCall(toolCallId, toolName, argumentsOf(input)),
        ...(providerMetadata && { extra: { providerMetadata: asJson(providerMetadata) } }),
      })),
    usage: usageOf(result),
    finishReason: finishReasons.find(reason => reason === unified) ?? 'other',
    ...reasoningOf(content),
  };
};

const finishReasons = ['stop', 'tool-calls', 'length', 'content-filter'] as const;

const argumentsOf = (input: unknown): string =>
  typeof input === 'string' ? input.trim() || '{}' : JSON.stringify(input ?? {});

const textOf = (content: readonly Part[]): string | null =>
  content
    .filter(part => part.type === 'text')
    .map(part => part.text)
    .join('') || null;

/**
 * What the model thought; and of each part that its provider signed, text and signature as they came, since thoughts
 * without their signature are not taken back.
 */
const reasoningOf = (content: readonly Part[]): Pick<Completion, 'reasoning' | 'extra'> => {
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

const usageOf = ({ usage }: SdkResult): Usage => {
  const cached = usage.inputTokens?.cacheRead ?? usage.cachedInputTokens;
  const reasoning = usage.outputTokens?.reasoning ?? usage.reasoningTokens;
  return {
    inputTokens: usage.inputTokens?.total ?? 0,
    outputTokens: usage.outputTokens?.total ?? 0,
    ...(cached && { cachedTokens: cached }),
    ...(reasoning && { reasoningTokens: reasoning }),
  };
};
