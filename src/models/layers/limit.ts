import { RequestFault } from '../fault.ts';
import type { Model } from '../model.ts';
import { mostInputTokens } from './request-key.ts';
import type { SampleRequest } from './samples.ts';
import type { Admission, Scheduler } from './scheduler.ts';

/** Bytes of English or JSON per token, about. */
const BYTES_PER_TOKEN = 4;

/** Sends requests only when the scheduler admits them. @param options.priority asked at each request; lower goes first */
export const limited = (
  model: Model,
  scheduler: Scheduler,
  options: { readonly priority?: () => number } = {},
): Model => ({
  id: model.id,
  generate: async (request: SampleRequest, signal) => {
    const admission = await scheduler.enter({
      model: model.id,
      tokens: Math.ceil(mostInputTokens(request) / BYTES_PER_TOKEN) + request.maxTokens * (request.n ?? 1),
      priority: options.priority?.() ?? 0,
      signal,
    });
    let end: Parameters<Admission['done']>[0] = {};
    try {
      const completions = await model.generate(request, signal);
      const tokens = completions.reduce((sum, { usage }) => sum + usage.inputTokens + usage.outputTokens, 0);
      end = { tokens: tokens || undefined };
      return completions;
    } catch (thrown) {
      if (thrown instanceof RequestFault && thrown.kind === 'rate-limit') {
        end = { tokens: 0, refused: { retryAfterMs: thrown.retryAfterMs } };
      }
      if (thrown instanceof RequestFault && thrown.kind === 'timeout') end = { timedOut: true };
      throw thrown;
    } finally {
      admission.done(end);
    }
  },
});
