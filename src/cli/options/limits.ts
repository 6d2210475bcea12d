/** Options that say what models reached over a network may cost, and how they are asked. */
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { ToolCallMode } from '../../models/layers/stack.ts';
import type { Limits } from '../../rollout/run-models.ts';
import { number, whole } from './options.ts';

export interface LimitOptions {
  readonly maxUsd?: number;
  readonly maxTokens?: number;
  readonly maxCalls?: number;
  readonly inFlight?: number;
  readonly rpm?: number;
  readonly tpm?: number;
  readonly timeout?: number;
  readonly retryWait?: number;
  readonly prices?: string;
  readonly parallel?: number;
  readonly cache: boolean;
  readonly sampleSeeds: boolean;
  readonly toolCalls: ToolCallMode;
}

export const withLimits = (command: Command): Command =>
  command
    .addOption(new Option('--max-usd <x>', 'hard cap on what a run may cost').argParser(number(0, 1e9)))
    .addOption(new Option('--max-tokens <n>', 'hard cap on tokens, in and out').argParser(whole(1)))
    .addOption(new Option('--max-calls <n>', 'hard cap on requests').argParser(whole(1)))
    .addOption(new Option('--in-flight <n>', 'most requests at once, per endpoint').argParser(whole(1)))
    .addOption(new Option('--rpm <n>', 'most requests per minute').argParser(whole(1)))
    .addOption(new Option('--tpm <n>', 'most tokens per minute').argParser(whole(1)))
    .addOption(
      new Option('--timeout <s>', 'seconds to wait for an answer (default: 120)').argParser(
        number(0.001, 1e6),
      ),
    )
    .addOption(
      new Option(
        '--retry-wait <s>',
        'seconds to wait at most before a failed request is tried again; doubles from try to try (default: 0.5)',
      ).argParser(number(0.001, 60)),
    )
    .option('--prices <file>', 'price list in the layout of models.dev, over the built-in one')
    .addOption(
      new Option(
        '--parallel <n>',
        'tasks at once with remote models (default: twice --in-flight, or 32)',
      ).argParser(whole(1)),
    )
    .option('--no-cache', 'ask equal greedy requests anew')
    .option('--sample-seeds', 'send a seed for every sample (for endpoints that take it: juxta serve)', false)
    .addOption(
      new Option(
        '--tool-calls <how>',
        'calls as the endpoint gives them, or as text: read out of replies, and tools put into the prompt of an endpoint that takes none',
      )
        .choices(['native', 'text'])
        .default('native'),
    );

export const limitsOf = (options: LimitOptions): Limits => ({
  ...(options.maxUsd !== undefined && { maxUsd: options.maxUsd }),
  ...(options.maxTokens !== undefined && { maxTokens: options.maxTokens }),
  ...(options.maxCalls !== undefined && { maxCalls: options.maxCalls }),
  ...(options.inFlight !== undefined && { maxInFlight: options.inFlight }),
  ...(options.rpm !== undefined && { requestsPerMinute: options.rpm }),
  ...(options.tpm !== undefined && { tokensPerMinute: options.tpm }),
  ...(options.timeout !== undefined && { timeoutSeconds: options.timeout }),
  ...(options.retryWait !== undefined && { retrySeconds: options.retryWait }),
  ...(options.prices !== undefined && { prices: resolve(options.prices) }),
  ...(options.parallel !== undefined && { parallel: options.parallel }),
  ...(options.cache ? {} : { cache: false }),
  ...(options.sampleSeeds && { sampleSeeds: true }),
  ...(options.toolCalls === 'text' && { toolCalls: 'text' }),
});
