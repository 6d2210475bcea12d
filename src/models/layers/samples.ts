/**
 * How the samples of one request are seeded. A request for `n` completions and `n` requests for one each must be
 * able to give the same answers, so that batching is an economy and never a change of result.
 */
import { hash } from '../../base/random.ts';
import type { GenerateRequest } from '../model.ts';

/** A request whose samples have seeds of their own: siblings that were asked for separately (see `coalescing`). */
export interface SampleRequest extends GenerateRequest {
  /** One seed per sample; `n` is their number. */
  readonly seeds?: readonly number[];
}

/** The seed of sample `i`: that of a request for it alone. */
export const sampleSeed = (seed: number, i: number): number => (i === 0 ? seed : hash(seed, 'sample', i));

/** The seeds of all samples of a request. */
export const seedsOf = (request: SampleRequest): readonly number[] =>
  request.seeds ?? Array.from({ length: request.n ?? 1 }, (_, i) => sampleSeed(request.seed, i));

/** The request for some of the samples only. */
export const withSeeds = (request: SampleRequest, seeds: readonly number[]): SampleRequest => {
  const { n: _n, seeds: _seeds, ...rest } = request;
  const one = { ...rest, seed: seeds[0]! };
  return seeds.length === 1 ? one : { ...one, n: seeds.length, seeds };
};
