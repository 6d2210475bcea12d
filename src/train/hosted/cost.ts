import { isJsonObject, type Json, type JsonObject } from '../../dialogue/json.ts';
import type { CostEstimate } from '../trainer.ts';

/** English and JSON have about four characters per token. */
const CHARACTERS_PER_TOKEN = 4;
/** Marks of role, beginning and end around each message. */
const TOKENS_PER_MESSAGE = 4;

export const approximateTokens = (text: string): number => Math.ceil(text.length / CHARACTERS_PER_TOKEN);

/**
 * The tokens of one row of a hosted format: messages, calls and tools. A pair of DPO is read twice, once with each answer.
 * @param count tokens of a text (default: a quarter of its characters)
 */
export const tokensInRow = (row: JsonObject, count: (text: string) => number = approximateTokens): number => {
  if (!isJsonObject(row.input)) return tokensOf(row.messages, count) + toolTokens(row.tools, count);
  const prompt = tokensOf(row.input.messages, count) + toolTokens(row.input.tools, count);
  return 2 * prompt + tokensOf(row.preferred_output, count) + tokensOf(row.non_preferred_output, count);
};

const toolTokens = (tools: Json | undefined, count: (text: string) => number): number =>
  tools === undefined ? 0 : count(JSON.stringify(tools));

const tokensOf = (messages: Json | undefined, count: (text: string) => number): number => {
  let sum = 0;
  for (const message of (messages ?? []) as readonly JsonObject[]) {
    sum += TOKENS_PER_MESSAGE + count(String(message.content ?? ''));
    if (message.tool_calls !== undefined) sum += count(JSON.stringify(message.tool_calls));
  }
  return sum;
};

/** @param price in USD per million training tokens */
export const estimateCost = (
  examples: number,
  tokens: number,
  epochs: number,
  price: number | undefined,
): CostEstimate => ({
  examples,
  tokens,
  epochs,
  usd: price === undefined ? undefined : (tokens * epochs * price) / 1_000_000,
});
