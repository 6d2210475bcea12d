/** The filters, and how they are asked for by name. */
import { JuxtaError } from '../base/errors.ts';
import type { Tool } from '../environments/environment.ts';
import type { Filter } from './filter.ts';
import { contradictingCalls, errorText, longestPath, wastedCalls } from './filters/conversations.ts';
import { contradictingLabels, duplicates, malformedCalls } from './filters/examples.ts';
import { balanceKto, capPerTask, mixedOutcomes } from './filters/tasks.ts';

/** What `filtersNamed` needs to make any filter. */
export interface FilterSettings {
  readonly tools: readonly Tool[];
  readonly seed: number;
}

const makers: Readonly<Record<string, (settings: FilterSettings, value: number | undefined) => Filter>> = {
  'error-text': () => errorText(),
  'longest-path': () => longestPath(),
  'malformed-calls': ({ tools }) => malformedCalls(tools),
  'contradicting-labels': () => contradictingLabels(),
  'wasted-calls': ({ tools }) => wastedCalls(tools),
  'contradicting-calls': ({ tools }) => contradictingCalls(tools),
  'mixed-outcomes': () => mixedOutcomes(),
  duplicates: (_, value) => duplicates(value),
  'cap-per-task': ({ seed }, value = 20) => capPerTask(value, seed),
  'balance-kto': ({ seed }, value = 1) => balanceKto(value, seed),
};

export const filterNames: readonly string[] = Object.keys(makers);

/** What an export leaves out unless it is told otherwise. */
export const defaultFilters: readonly string[] = [
  'error-text',
  'longest-path',
  'malformed-calls',
  'contradicting-labels',
];

/**
 * Filters by name, in the order given; a number after `=` sets what a filter has to be told.
 * @example filtersNamed(['error-text', 'cap-per-task=10'], { tools, seed: 7 })
 * @throws JuxtaError `unknown-filter`
 */
export const filtersNamed = (names: readonly string[], settings: FilterSettings): readonly Filter[] =>
  names.map(text => {
    const [name = '', value] = text.split('=');
    const maker = Object.hasOwn(makers, name) ? makers[name] : undefined;
    const number = value === undefined ? undefined : Number(value);
    if (maker && (number === undefined || number > 0)) return maker(settings, number);
    throw new JuxtaError('unknown-filter', `there is no filter ${JSON.stringify(text)}`, {
      hint: `One of: ${filterNames.join(', ')}; some take a number above 0, as in cap-per-task=20.`,
    });
  });
