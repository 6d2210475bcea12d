/** What models reached over a network may cost, and how they are asked. */
import { z } from 'zod';
import { optionGroup, type ValuesOf } from './group.ts';

const count = z.int().min(1).optional();
const seconds = (most: number) => z.number().min(0.001).max(most).optional();

export const budgetOptions = optionGroup('Budget', {
  maxUsd: z.number().min(0).max(1e9).optional().describe('hard cap on what a run may cost'),
  maxTokens: count.describe('hard cap on tokens, in and out'),
  maxCalls: count.describe('hard cap on requests'),
  prices: z.string().optional().meta({
    value: 'file',
    description: 'price list in the layout of models.dev, over the built-in one',
  }),
});

export const requestOptions = optionGroup('Requests', {
  inFlight: count.describe('most requests at once, per endpoint'),
  rpm: count.describe('most requests per minute'),
  tpm: count.describe('most tokens per minute'),
  timeout: seconds(1e6).meta({ value: 's', description: 'seconds to wait for an answer (default: 120)' }),
  retryWait: seconds(60).meta({
    value: 's',
    description:
      'seconds to wait at most before a failed request is tried again; doubles from try to try (default: 0.5)',
  }),
  parallel: count.describe('tasks at once with remote models (default: twice --in-flight, or 32)'),
  cache: z.boolean().default(true).describe('ask equal greedy requests anew'),
  sampleSeeds: z
    .boolean()
    .default(false)
    .describe('send a seed for every sample (for endpoints that take it: juxta serve)'),
  toolCalls: z.enum(['native', 'text']).default('native').meta({
    value: 'how',
    description:
      'calls as the endpoint gives them, or as text: read out of replies, and tools put into the prompt of an endpoint that takes none',
  }),
});

export type LimitOptions = ValuesOf<typeof budgetOptions> & ValuesOf<typeof requestOptions>;
