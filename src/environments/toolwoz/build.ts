import { pythonJson } from '../../base/python-json.ts';
import type { Json, JsonObject } from '../../dialogue/json.ts';
import { query } from '../travel/query.ts';
import { referenceRules } from '../travel/rules.ts';
import { idColumn } from '../travel/table.ts';
import type { Database, DomainGoals, TravelTask } from '../travel/task.ts';
import { isEmpty, type Values } from '../travel/values.ts';
import { agendaOf, plainSentences } from './agenda.ts';
import type { Dialogue, DomainWish } from './dialogue.ts';
import { parametersFrom } from './parameters.ts';

/** Domains of ToolWOZ, in the order of a task's goals. */
const DOMAINS = ['hotel', 'attraction', 'train', 'restaurant'];
const BOOKABLE = ['hotel', 'train', 'restaurant'];

/** Whether a dialogue is a task: its goal leaves out what ToolWOZ has no tools for. */
export const isTask = ({ wishes }: Dialogue): boolean =>
  !['taxi', 'police', 'hospital'].some(domain => wishes.has(domain));

/** The task of a dialogue (toolwoz.md, section 2). */
export const buildTask = (dialogue: Dialogue, database: Database): TravelTask => {
  const domains = DOMAINS.filter(domain => dialogue.wishes.has(domain)).map(domain =>
    buildDomain(dialogue, domain, database),
  );
  return {
    id: dialogue.id,
    type: domains.map(({ domain }) => domain).join('+'),
    instructions: plainSentences(dialogue.message),
    agenda: agendaOf(dialogue, domains),
    domains,
    database,
    sourceDialogue: dialogue.texts,
  };
};

const buildDomain = (dialogue: Dialogue, domain: string, database: Database): DomainGoals => {
  const wish = dialogue.wishes.get(domain)!;
  const search = holds(wish.info) ? parametersFrom(`search_${domain}`, wish.info) : undefined;
  const book = bookingOf(dialogue, domain, search, database);
  const failure = failureOf(domain, wish);
  return { domain, ...(search && { search }), ...(book && { book }), ...(failure && { failure }) };
};

const failureOf = (domain: string, wish: DomainWish): DomainGoals['failure'] => {
  const search = holds(wish.fail_info) && parametersFrom(`search_${domain}`, wish.fail_info, wish.info);
  const book = holds(wish.fail_book) && {
    ...parametersFrom(`book_${domain}`, wish.fail_book, wish.book),
    ...(BOOKABLE.includes(domain) && { [idColumn(domain)]: '' }),
  };
  return search || book ? { ...(search && { search }), ...(book && { book }) } : undefined;
};

/** The last item that the dialogue booked is what is to be booked (D4); without one there is no such goal. */
const bookingOf = (
  { wishes, states }: Dialogue,
  domain: string,
  search: Values | undefined,
  database: Database,
): DomainGoals['book'] => {
  const wish = wishes.get(domain)!;
  const state = states.get(domain);
  const last = state?.booked.at(-1);
  if (!holds(wish.book) || !state || !last || !BOOKABLE.includes(domain)) return undefined;
  const key = idColumn(domain);
  const fallback = (column: string) => mislabelled(domain, column, search, database);
  const returns = completed(last, [key, 'reference'], state.semi, fallback);
  if (!Object.hasOwn(returns, key)) return undefined;
  const id = returns[key]!;
  return {
    parameters: { ...parametersFrom(`book_${domain}`, wish.book), [key]: id },
    returns,
    uniqueId: typeof id === 'string' ? id : pythonJson(id),
  };
};

/** A booked item with what it lacks taken from the belief state, else from the first search result. */
const completed = (
  item: JsonObject,
  columns: readonly string[],
  semi: JsonObject,
  fallback: (column: string) => Json | undefined,
): JsonObject => {
  const missing = columns.filter(column => !Object.hasOwn(item, column));
  const filled = missing.flatMap((column): [string, Json][] => {
    const noted = semi[column];
    const value = noted !== undefined && !isEmpty(noted, referenceRules) ? noted : fallback(column);
    return value === undefined ? [] : [[column, value]];
  });
  return { ...item, ...Object.fromEntries(filled) };
};

/** Where the reference believes an item's name to stand in a record, which is somewhere else (D3). */
const MISTAKEN_POSITION: ReadonlyMap<string, number> = new Map([
  ['hotel', 8],
  ['train', 0],
  ['restaurant', 5],
]);

const mislabelled = (
  domain: string,
  column: string,
  search: Values | undefined,
  database: Database,
): Json | undefined => {
  if (column !== idColumn(domain) || !search) return undefined;
  const [first] = query(database[domain]!, search, referenceRules);
  return first && Object.values(first)[MISTAKEN_POSITION.get(domain)!];
};

const holds = (values: Values): boolean => Object.keys(values).length > 0;
