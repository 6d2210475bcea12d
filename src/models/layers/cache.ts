import { hash } from '../../base/random.ts';
import { abortedFault } from '../fault.ts';
import type { Completion, Model } from '../model.ts';
import type { CompletionLog } from './completion-log.ts';
import type { Observe } from './events.ts';
import { createSharedWait, leaveOnAbort, type SharedWait } from './flight.ts';
import { contentKey } from './request-key.ts';
import type { SampleRequest } from './samples.ts';

/** At temperature 0 the seed changes nothing, so all askers of a trial send the same one: equal requests, equal keys. */
const GREEDY_SEED = 42;
const seedOf = ({ trial = 0 }: SampleRequest): number =>
  trial === 0 ? GREEDY_SEED : hash(GREEDY_SEED, 'trial', trial);

/**
 * Greedy requests that are equal are asked once: while in flight they share one request, afterwards the log answers,
 * in later runs too. Requests at other temperatures pass through.
 */
export const caching = (model: Model, log: CompletionLog, observe?: Observe): Model => {
  const flying = new Map<
    string,
    { readonly answer: Promise<Completion>; readonly join: SharedWait['join'] }
  >();

  const ask = async (key: string, request: SampleRequest, signal: AbortSignal): Promise<Completion> => {
    const { usable = () => true } = request;
    const known = await log.get(key);
    if (known && usable(known[0]!)) {
      observe?.({ type: 'cached', model: model.id });
      return known[0]!;
    }
    const [completion] = await model.generate(request, signal);
    if (usable(completion!)) await log.put(key, [completion!]);
    return completion!;
  };

  const board = (key: string, request: SampleRequest) => {
    const { signal, join } = createSharedWait();
    const forget = (): void => {
      if (flying.get(key) === flight) flying.delete(key);
    };
    const flight = { answer: ask(key, request, signal).finally(forget), join };
    // Once everybody has left, the request is dead: a newcomer must not board it.
    signal.addEventListener('abort', forget, { once: true });
    flying.set(key, flight);
    return flight;
  };

  const share = (key: string, request: SampleRequest, signal?: AbortSignal): Promise<Completion> => {
    if (signal?.aborted) return Promise.reject(abortedFault(model.id));
    const known = flying.get(key);
    if (known) observe?.({ type: 'shared', model: model.id });
    const flight = known ?? board(key, request);
    const release = flight.join(signal);
    return leaveOnAbort(flight.answer, model.id, signal).finally(release);
  };

  return {
    id: model.id,
    generate: async (request: SampleRequest, signal) => {
      if (request.temperature !== 0) return model.generate(request, signal);
      const { n = 1, seeds: _seeds, ...rest } = request;
      const answer = await share(contentKey(model.id, request), { ...rest, seed: seedOf(request) }, signal);
      return Array.from({ length: n }, () => answer);
    },
  };
};
