import type { Model } from '../model.ts';
import type { CompletionLog } from './completion-log.ts';
import type { Observe } from './events.ts';
import { requestKey } from './request-key.ts';

/**
 * No answer is used before it is durable, and none that is durable is asked for again: a killed run, started anew
 * with the same seed, finds everything it had been told in the log and goes on at the turn where it was.
 */
export const recording = (model: Model, log: CompletionLog, observe?: Observe): Model => ({
  id: model.id,
  generate: async (request, signal) => {
    const key = requestKey(model.id, request);
    const known = await log.get(key);
    if (known) {
      observe?.({ type: 'resumed', model: model.id });
      return known;
    }
    const completions = await model.generate(request, signal);
    await log.put(key, completions);
    return completions;
  },
});
