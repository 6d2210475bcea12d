/** For tests of rollouts and runs: casts that play Hamlet, and the jobs they are given. */
import { baseWeights } from '../models/open.ts';
import { defaultSearch, type SearchOptions } from '../search/josh/josh.ts';
import type { CastSpec } from './cast.ts';
import type { TreeJob } from './job.ts';

/** The script that errs: a whole cast without any weights. */
export const scriptedCast: CastSpec = {
  environment: { name: 'hamlet' },
  agent: 'fallible-script',
  pace: 'turns',
  protocol: 'default',
  model: null,
  user: 'agenda',
  userModel: null,
  maxTokens: 64,
};

/** The model that ships with Juxta. */
export const embeddedCast = (pace: CastSpec['pace']): CastSpec => ({
  ...scriptedCast,
  agent: 'function-calling',
  pace,
  model: baseWeights,
});

export const treeJob = (index: number, search: Partial<SearchOptions> = {}, seed = index): TreeJob => ({
  kind: 'tree',
  split: 'train',
  index,
  seed,
  temperature: 1,
  search: { ...defaultSearch, beam: 4, ...search },
});
