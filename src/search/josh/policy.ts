/** JOSH behind the port of searches. */
import type { SearchPolicy } from '../policy.ts';
import { josh } from './josh.ts';
import { defaultSearch, type SearchOptions } from './options.ts';
import type { Collapse, JoshNode } from './tree.ts';

export const joshPolicy: SearchPolicy<SearchOptions, JoshNode, { readonly collapses: readonly Collapse[] }> =
  {
    name: 'josh',
    defaults: defaultSearch,
    unbegun: (turn, cause) => ({
      nodes: [
        {
          path: '',
          parent: null,
          segment: 0,
          turns: [turn],
          rewards: [],
          successful: false,
          golden: false,
          cause,
        },
      ],
      collapses: [],
    }),
    search: async function* (play, start, options, signal) {
      const { goldenLeaf: _, ...result } = yield* josh(play, start, options, signal);
      return result;
    },
  };
