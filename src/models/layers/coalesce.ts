/**
 * Siblings of a fork ask the same question with different seeds in the same breath. They are sent as one request
 * for several samples, so that the prefix they share is read, and paid, once.
 */
import { abortedFault } from '../fault.ts';
import type { Completion, Model } from '../model.ts';
import { createSharedWait, leaveOnAbort, type SharedWait } from './flight.ts';
import { contentKey } from './request-key.ts';
import { type SampleRequest, withSeeds } from './samples.ts';

interface Asker {
  readonly seed: number;
  readonly resolve: (completion: Completion) => void;
  readonly reject: (reason: unknown) => void;
}

interface Group {
  readonly request: SampleRequest;
  readonly askers: Asker[];
  readonly wait: SharedWait;
}

/** @param options.mostSamples of one request (OpenAI takes up to 128) */
export const coalescing = (model: Model, options: { readonly mostSamples?: number } = {}): Model => {
  const mostSamples = options.mostSamples ?? 64;
  let groups = new Map<string, Group>();

  const send = async ({ request, askers, wait }: Group): Promise<void> => {
    askers.sort((a, b) => a.seed - b.seed);
    try {
      const seeds = askers.map(asker => asker.seed);
      const completions = await model.generate(withSeeds(request, seeds), wait.signal);
      askers.forEach((asker, i) => {
        asker.resolve(completions[i]!);
      });
    } catch (thrown) {
      for (const asker of askers) asker.reject(thrown);
    }
  };

  const flush = (): void => {
    const full = groups;
    groups = new Map();
    for (const group of full.values()) void send(group);
  };

  const ask = (request: SampleRequest, signal?: AbortSignal): Promise<Completion> => {
    let release = (): void => undefined;
    const answer = new Promise<Completion>((resolve, reject) => {
      // After all promises of this moment: what siblings do in lockstep stays together, whatever the clock says.
      if (groups.size === 0) process.nextTick(flush);
      const content = contentKey(model.id, request);
      let key = content;
      for (let i = 1; groups.get(key)?.askers.length === mostSamples; i++) key = `${content} ${i}`;
      let group = groups.get(key);
      if (!group) {
        group = { request, askers: [], wait: createSharedWait() };
        groups.set(key, group);
      }
      release = group.wait.join(signal);
      group.askers.push({ seed: request.seed, resolve, reject });
    });
    return leaveOnAbort(answer, model.id, signal).finally(release);
  };

  return {
    id: model.id,
    generate: async (request: SampleRequest, signal) => {
      if (request.temperature === 0 || (request.n ?? 1) > 1) return model.generate(request, signal);
      if (signal?.aborted) throw abortedFault(model.id);
      return [await ask(request, signal)];
    },
  };
};
