import { isJsonObject } from '../../dialogue/json.ts';
import type { CallRecord } from '../../dialogue/turn.ts';
import type { TravelRules } from './rules.ts';
import { isItem, satisfies } from './serve.ts';
import type { DomainGoals, TravelGoal, TravelTask } from './task.ts';
import { nonEmpty, subset } from './values.ts';

/** The goals of a task in order: per domain its search, then its booking. */
export const goalsOf = (task: TravelTask, rules: TravelRules): readonly TravelGoal[] =>
  task.domains.flatMap(domain => goalsOfDomain(domain, rules));

const goalsOfDomain = ({ domain, search, book }: DomainGoals, rules: TravelRules): TravelGoal[] => {
  const goal = (kind: 'search' | 'book', parameters: NonNullable<typeof search>): TravelGoal => ({
    id: `${domain}/${kind}_${domain}`,
    tool: `${kind}_${domain}`,
    arguments: nonEmpty(parameters, rules),
    domain,
    kind,
    ...(book && { uniqueId: book.uniqueId }),
  });
  return [...(search ? [goal('search', search)] : []), ...(book ? [goal('book', book.parameters)] : [])];
};

/**
 * Which of the open goals some calls reach, in goal order (toolwoz.md, section 7). While a domain's booking is
 * open, or is being reached by these very calls, its search must find what is to be booked; afterwards any
 * suitable record will do (D8).
 */
export const reachedGoals = (
  open: readonly TravelGoal[],
  calls: readonly CallRecord[],
  rules: TravelRules,
): readonly TravelGoal[] => {
  const bookingOpen = (domain: string) => open.some(goal => goal.kind === 'book' && goal.domain === domain);
  return open.filter(goal => {
    if (goal.kind === 'book') return calls.some(call => books(goal, call, rules));
    const id = rules.searchMustFindBooking || bookingOpen(goal.domain) ? goal.uniqueId : undefined;
    return calls.some(call => finds(goal, id, call, rules));
  });
};

/** By the letter of the reference, asking rightly is enough: a call refused for something else counts too (D7). */
const books = (goal: TravelGoal, call: CallRecord, rules: TravelRules): boolean =>
  call.name === goal.tool &&
  isJsonObject(call.arguments) &&
  subset(goal.arguments, call.arguments, rules) &&
  (!rules.bookingMustSucceed || (isJsonObject(call.returned) && call.returned.success === true));

const finds = (goal: TravelGoal, id: string | undefined, call: CallRecord, rules: TravelRules): boolean => {
  const { name, arguments: args, returned: record } = call;
  if (name !== goal.tool || !isJsonObject(args) || !isJsonObject(record)) return false;
  const isRight = id === undefined || isItem(goal.domain, record, id, rules);
  if (subset(goal.arguments, args, rules)) return isRight;
  if (!subset(args, goal.arguments, rules)) return false;
  return id === undefined ? satisfies(goal.arguments, record, rules) : isRight;
};
