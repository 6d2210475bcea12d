/** Options that say how trees are searched. */
import { type Command, Option } from 'commander';
import { wholeTurns } from '../../agents/function-calling.ts';
import { defaultPace, type Pace } from '../../environments/environment.ts';
import { defaultSearch, type SearchOptions } from '../../search/josh/josh.ts';
import { mostBranches } from '../../search/josh/options.ts';
import { whole } from './options.ts';

export interface SearchSettings {
  readonly beam: number;
  readonly branch: number;
  readonly branching: SearchOptions['branching'];
  readonly eager: boolean;
  readonly wave?: number;
}

export const withSearch = (command: Command): Command =>
  command
    .addOption(
      new Option('--beam <n>', 'most live leaves of a tree').default(defaultSearch.beam).argParser(whole(1)),
    )
    .addOption(
      new Option('--branch <n>', 'children per fork')
        .default(defaultSearch.branch)
        .argParser(whole(2, mostBranches)),
    )
    .addOption(
      new Option(
        '--branching <when>',
        'fork before an agent turn, before each action, or just before a write',
      )
        .choices(['turn', 'action', 'mutating'])
        .default(defaultSearch.branching),
    )
    .option(
      '--eager',
      'ask for nothing that cannot matter any more: fewer calls, but longer chains of them',
      false,
    )
    .addOption(
      new Option('--wave <n>', 'with --eager: leaves at once; more of them are faster and cost more calls')
        .default(defaultSearch.wave)
        .argParser(whole(1)),
    );

/** Below the level of turns the agent is stepped one request at a time, and has as many tries as a turn has requests. */
export const searchOf = (
  {
    beam,
    branch,
    branching,
    eager,
    wave = defaultSearch.wave,
    protocol,
  }: SearchSettings & { readonly protocol?: string },
  { unit, tries, rounds }: Pace = defaultPace,
): SearchOptions => ({
  ...defaultSearch,
  maxRounds: rounds,
  beam,
  branch,
  branching,
  eager,
  wave,
  ...(protocol === 'reference' && { userErrors: 'search', outOfTries: 'all' }),
  maxTries: branching !== 'turn' && unit === 'turns' ? wholeTurns.requestsPerStep : tries,
});

/** What a search asks of the agent's step. */
export const unitOf = ({ branching }: SearchSettings): Pace['unit'] =>
  branching === 'turn' ? 'turns' : 'requests';
