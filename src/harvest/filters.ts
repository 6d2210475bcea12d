/** The filters that there are, one line each; anybody else's is a module or package that is named. */
import type { Filter, FilterDefinition, FilterSettings } from './filter.ts';
import { contradictingCalls, errorText, longestPath, wastedCalls } from './filters/conversations.ts';
import { contradictingLabels, duplicates, malformedCalls } from './filters/examples.ts';
import { balanceKto, capPerTask, mixedOutcomes } from './filters/tasks.ts';
import { choose, type Registry } from './named.ts';

export const filters: Registry<FilterDefinition> = {
  what: 'filter',
  builtIn: [
    errorText,
    longestPath,
    malformedCalls,
    contradictingLabels,
    wastedCalls,
    contradictingCalls,
    mixedOutcomes,
    duplicates,
    capPerTask,
    balanceKto,
  ],
  example: 'export default defineFilter({ name, make })',
  isOne: (value): value is FilterDefinition => {
    const { name, make } = (value ?? {}) as Partial<FilterDefinition>;
    return typeof name === 'string' && typeof make === 'function';
  },
};

/** What an export leaves out unless it is asked for something else. */
export const defaultFilters: readonly string[] = [
  errorText.name,
  longestPath.name,
  malformedCalls.name,
  contradictingLabels.name,
];

/** What the paper's scripts leave out; on τ-bench they leave out nothing but shorter golden paths. */
export const paperFilters: readonly string[] = [errorText.name, longestPath.name];

/**
 * Filters by name, in the order given, an argument after `=`.
 * @example await filtersNamed(['error-text', 'cap-per-task=10', './mine.ts'], { tools, seed: 7 })
 * @throws JuxtaError `unknown-filter`, `bad-argument`, `bad-module`
 */
export const filtersNamed = (
  names: readonly string[],
  settings: FilterSettings,
): Promise<readonly Filter[]> =>
  Promise.all(
    names.map(async text => {
      const { part, argument } = await choose(text, filters);
      return { name: part.name, ...part.make(settings, argument) };
    }),
  );
