import { resolve } from 'node:path';
import type { Limits } from '../../rollout/run-models.ts';
import type { LimitOptions } from '../options/limits.ts';

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
