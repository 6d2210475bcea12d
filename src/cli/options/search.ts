/** How trees are searched. */
import { z } from 'zod';
import { defaultSearch, mostBranches } from '../../search/josh/options.ts';
import { optionGroup, type ValuesOf } from './group.ts';

export const searchOptions = optionGroup('Search', {
  beam: z.int().min(1).default(defaultSearch.beam).describe('most live leaves of a tree'),
  branch: z.int().min(2).max(mostBranches).default(defaultSearch.branch).describe('children per fork'),
  branching: z.enum(['turn', 'action', 'mutating']).default(defaultSearch.branching).meta({
    value: 'when',
    description: 'fork before an agent turn, before each action, or just before a write',
  }),
  eager: z
    .boolean()
    .default(false)
    .describe('ask for nothing that cannot matter any more: fewer calls, but longer chains of them'),
  wave: z
    .int()
    .min(1)
    .default(defaultSearch.wave)
    .describe('with --eager: leaves at once; more of them are faster and cost more calls'),
});

export type SearchSettings = ValuesOf<typeof searchOptions>;
