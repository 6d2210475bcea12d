import type { JsonObject } from '../../dialogue/json.ts';
import { isTime, withinTime } from './query.ts';
import type { TravelRules } from './rules.ts';
import { idColumn } from './table.ts';
import type { DomainGoals } from './task.ts';
import { isEmpty, nonEmpty, normalised, subset, type Values } from './values.ts';

/** Whether a record has what a search goal asks for. */
export const satisfies = (wanted: Values, record: JsonObject, rules: TravelRules): boolean => {
  if (!rules.timesAreBounds) return subset(wanted, record, rules);
  return Object.entries(wanted).every(([key, value]) =>
    isTime(key) && typeof value === 'string' && !isEmpty(value, rules)
      ? withinTime(key, record[key], value, rules)
      : subset({ [key]: value }, record, rules),
  );
};

/** Whether a record is the item of that name (train: of that trainID). */
export const isItem = (domain: string, record: JsonObject, id: string, rules: TravelRules): boolean => {
  const name = record[idColumn(domain)];
  return (
    name === id || (rules.forgivingNames && typeof name === 'string' && normalised(name) === normalised(id))
  );
};

/**
 * The one search result that is shown (toolwoz.md, section 6): what is to be booked to those who ask for all of
 * the goal, something unsuitable where possible to those who ask for less, else the first.
 * @param args normalised as for the query
 * @param results not empty, in file order
 */
export const serve = (
  goals: DomainGoals,
  args: Values,
  results: readonly JsonObject[],
  rules: TravelRules,
): JsonObject | undefined => {
  const { domain, search, book } = goals;
  const correct = book && results.find(record => isItem(domain, record, book.uniqueId, rules));
  if (!search) return correct ?? results[0];
  const wrong = () => results.findLast(record => !satisfies(search, record, rules));
  if (subset(search, args, rules)) return book ? (correct ?? wrong()) : results[0];
  if (subset(args, search, rules)) return wrong() ?? correct ?? results[0];
  return results[0];
};

/**
 * Results without what the task's user asks for first and is not to get (D1). What the user is to end up with
 * stays: the item to be booked, and records that have all the goal asks for.
 */
export const hideFirstChoice = (
  goals: DomainGoals,
  results: readonly JsonObject[],
  rules: TravelRules,
): readonly JsonObject[] => {
  const { domain, search = {}, book, failure } = goals;
  const first = nonEmpty(failure?.search ?? {}, rules);
  if (!rules.firstChoiceFails || Object.keys(first).length === 0) return results;
  const wanted = (record: JsonObject): boolean =>
    satisfies(search, record, rules) || (book !== undefined && isItem(domain, record, book.uniqueId, rules));
  return results.filter(record => !satisfies(first, record, rules) || wanted(record));
};
