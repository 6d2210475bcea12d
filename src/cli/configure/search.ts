import { wholeTurns } from '../../agents/function-calling.ts';
import { JuxtaError } from '../../base/errors.ts';
import { defaultPace, type Pace } from '../../environments/environment.ts';
import { defaultSearch, type SearchOptions } from '../../search/josh/options.ts';
import type { SearchSettings } from '../options/search.ts';

/** Below the level of turns the agent is stepped one request at a time, and has as many tries as a turn has requests. @throws JuxtaError `bad-search` */
export const searchOf = (
  { beam, branch, branching, eager, wave, protocol }: SearchSettings & { readonly protocol?: string },
  { unit, tries, rounds }: Pace = defaultPace,
): SearchOptions => {
  if (branch > beam && branch !== defaultSearch.branch)
    throw new JuxtaError('bad-search', `no tree of ${beam} live leaves ever forks into ${branch}`, {
      hint: `give --beam ${branch} or more`,
    });
  return {
    ...defaultSearch,
    maxRounds: rounds,
    beam,
    branch,
    branching,
    eager,
    wave,
    ...(protocol === 'reference' && { userErrors: 'search', outOfTries: 'all' }),
    maxTries: branching !== 'turn' && unit === 'turns' ? wholeTurns.requestsPerStep : tries,
  };
};

/** What a search asks of the agent's step. */
export const unitOf = ({ branching }: Pick<SearchSettings, 'branching'>): Pace['unit'] =>
  branching === 'turn' ? 'turns' : 'requests';
