/**
 * What models cost. The snapshot beside this file has the layout of models.dev's `api.json` (USD per million tokens,
 * by provider and model) and a date; users may lay a file of the same layout over it.
 */

import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { BadInputError, messageOf } from '../../base/errors.ts';
import { validated } from '../../base/zod-issue.ts';
import type { Usage } from '../../dialogue/turn.ts';
import { parseModelSpec } from '../provider/spec.ts';

const rate = z.number().nonnegative();
const rates = z.object({
  input: rate,
  output: rate,
  cache_read: rate.optional(),
  /** Rates for a prompt of more than 200,000 tokens. */
  context_over_200k: z.object({ input: rate, output: rate, cache_read: rate.optional() }).optional(),
});
const catalogue = z.record(
  z.string(),
  z.object({
    /** Base URL: an endpoint named by its address is found by it. */
    api: z.string().optional(),
    models: z.record(z.string(), z.object({ cost: rates.optional() })),
  }),
);
const snapshot = z.object({ date: z.string(), providers: catalogue });

/** USD per million tokens. */
export type Price = z.infer<typeof rates>;
type Catalogue = z.infer<typeof catalogue>;

export interface PriceList {
  /** Day of the snapshot, `yyyy-mm-dd`. */
  readonly date: string;
  /** The price of a model named as on the command line; undefined if unknown. Embedded models cost nothing. */
  priceOf(spec: string): Price | undefined;
}

const FREE: Price = { input: 0, output: 0 };
const LONG_CONTEXT = 200_000;

/**
 * Reads the snapshot and, where given, the user's own file (models.dev's `api.json` or a part of it).
 * @throws BadInputError naming file and field
 */
export const readPrices = (overrideFile?: string): PriceList => {
  const { date, providers } = read(new URL('./snapshot.json', import.meta.url), 'snapshot.json', snapshot);
  const own = overrideFile === undefined ? {} : read(overrideFile, overrideFile, catalogue);
  return {
    date,
    priceOf: spec => (spec.startsWith('embedded:') ? FREE : (find(own, spec) ?? find(providers, spec))),
  };
};

const read = <T>(path: URL | string, name: string, schema: z.ZodType<T>): T => {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new BadInputError(name, messageOf(cause), {
      hint: 'It should be JSON in the layout of models.dev.',
    });
  }
  return validated(schema, content, name, {
    hint: 'Layout: { "<provider>": { "models": { "<model>": { "cost": { "input": 0.1, "output": 0.4 } } } } }, in USD per million tokens.',
  });
};

const find = (from: Catalogue, spec: string): Price | undefined => {
  const parsed = parseModelSpec(spec);
  if (parsed.provider === 'configured') return undefined;
  if (parsed.provider === 'sdk') return costIn(from[parsed.name], parsed.model);
  if (parsed.provider !== 'compatible') return costIn(from[parsed.provider], parsed.model);
  for (const [id, provider] of Object.entries(from)) {
    if (id !== parsed.baseUrl && provider.api?.replace(/\/+$/, '') !== parsed.baseUrl) continue;
    const price = costIn(provider, parsed.model);
    if (price) return price;
  }
  return undefined;
};

/** `gpt-4o-2024-08-06` costs what `gpt-4o` costs, unless it is listed itself. */
const costIn = (provider: Catalogue[string] | undefined, model: string): Price | undefined => {
  const undated = model.replace(/-(\d{4}-\d{2}-\d{2}|\d{8})$/, '');
  return provider?.models[model]?.cost ?? provider?.models[undated]?.cost;
};

/** What some tokens cost in USD. @param usage of one request: long prompts cost more per token with some models */
export const costOf = (usage: Usage, price: Price): number => {
  const long = usage.inputTokens > LONG_CONTEXT ? price.context_over_200k : undefined;
  const { input, output, cache_read: cacheRead = input } = long ?? price;
  const cached = Math.min(usage.cachedTokens ?? 0, usage.inputTokens);
  return (
    ((usage.inputTokens - cached) * input + cached * cacheRead + usage.outputTokens * output) / 1_000_000
  );
};
