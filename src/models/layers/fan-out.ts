import { RequestFault } from '../fault.ts';
import type { Completion, Model } from '../model.ts';
import { type SampleRequest, seedsOf, withSeeds } from './samples.ts';

/**
 * Several samples: in one request where the endpoint can, else in as many requests. What the endpoint can is learnt
 * from its first answer: one that refuses `n`, or gives fewer samples than asked, is not asked for several again.
 *
 * @param options.batch false: never try one request for several samples (Anthropic and Google have no `n`)
 */
export const fanningOut = (model: Model, options: { readonly batch?: boolean } = {}): Model => {
  let batch = options.batch ?? true;

  const together = async (
    request: SampleRequest,
    signal: AbortSignal | undefined,
  ): Promise<readonly Completion[]> => {
    try {
      const completions = await model.generate(request, signal);
      if (completions.length < (request.n ?? 1)) batch = false;
      return completions;
    } catch (thrown) {
      if (
        !(thrown instanceof RequestFault && (thrown.status === 400 || thrown.status === 422)) ||
        thrown.conversation
      )
        throw thrown;
      return [];
    }
  };

  return {
    id: model.id,
    generate: async (request: SampleRequest, signal) => {
      const seeds = seedsOf(request);
      if (seeds.length === 1) return model.generate(request, signal);
      const first = batch ? await together(request, signal) : [];
      const rest = await Promise.all(
        seeds.slice(first.length).map(seed => model.generate(withSeeds(request, [seed]), signal)),
      );
      // It refused several samples and takes single ones: so it was `n` that it did not like.
      if (batch && first.length === 0) batch = false;
      return [...first.slice(0, seeds.length), ...rest.map(completions => completions[0]!)];
    },
  };
};
