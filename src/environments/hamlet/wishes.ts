import type { Random } from '../../base/random.ts';
import type { JsonObject } from '../../dialogue/json.ts';
import type { AgendaTopic } from '../travel/agenda.ts';
import { query } from '../travel/query.ts';
import { referenceRules } from '../travel/rules.ts';
import type { DomainGoals } from '../travel/task.ts';
import { allowedParameters } from '../travel/tools.ts';
import type { Profile } from './level.ts';
import type { Namer } from './names.ts';
import { AREAS, clock, DAYS, type Domain, minutesOf, PRICES, type Town } from './town.ts';

type Slots = Readonly<Record<string, string>>;

/** What the user wants in one domain, and what reaches it: made together, so that it can be reached. */
export interface Wish {
  readonly topic: AgendaTopic;
  readonly goals: DomainGoals;
}

const REQUESTS: Readonly<Record<Domain, readonly string[]>> = {
  hotel: ['phone', 'address', 'postcode'],
  attraction: ['postcode', 'address', 'phone', 'entrance fee'],
  restaurant: ['address', 'postcode', 'phone'],
  train: ['duration', 'price', 'arriveBy', 'leaveAt'],
};

/** Draws a wish that a full search for it meets: its item is picked first, its constraints are read off it. */
export const drawWish = (domain: Domain, town: Town, names: Namer, draws: Random, profile: Profile): Wish => {
  const table = town.database[domain]!;
  const found = (inform: Slots) => query(table, inform, referenceRules);
  const inform =
    domain === 'train'
      ? drawJourney(town, draws)
      : drawConstraints(domain, draws.pick(table.rows), draws, profile);
  const item = domain === 'train' ? found(inform)[0]! : draws.pick(found(inform));
  const firstInform =
    domain !== 'train' && draws.chance(profile.firstChoice)
      ? drawFirstChoice(domain, inform, town, names, draws)
      : undefined;
  const books = domain !== 'attraction' && draws.chance(profile.books);
  const book = books ? drawBooking(domain, draws) : undefined;
  const firstBook =
    book && domain !== 'train' && draws.chance(profile.firstBooking)
      ? drawFirstBooking(domain, book, draws)
      : undefined;
  const requests = books ? [] : draws.shuffle(REQUESTS[domain]).slice(0, 1 + draws.below(3));
  const search = inOrder(`search_${domain}`, inform);
  const failure = {
    ...(firstInform && { search: inOrder(`search_${domain}`, firstInform) }),
    ...(firstBook && { book: inOrder(`book_${domain}`, firstBook) }),
  };
  return {
    topic: {
      domain,
      inform,
      ...(firstInform && { firstInform }),
      ...(book && { book }),
      ...(firstBook && { firstBook }),
      requests,
    },
    goals: {
      domain,
      search,
      ...(book && { book: bookingOf(domain, book, item, draws) }),
      ...((firstInform || firstBook) && { failure }),
    },
  };
};

/** Values in the order of the tool's parameters, `''` for those that are not given. */
const inOrder = (tool: string, values: Slots): Slots =>
  Object.fromEntries((allowedParameters.get(tool) ?? []).map(slot => [slot, values[slot] ?? '']));

const bookingOf = (
  domain: Domain,
  book: Slots,
  item: JsonObject,
  draws: Random,
): NonNullable<DomainGoals['book']> => {
  const id = domain === 'train' ? 'trainID' : 'name';
  const uniqueId = String(item[id]);
  const reference = Array.from({ length: 8 }, () =>
    draws.pick([...'0123456789ABCDEFGHJKLMNPQRSTUVWXYZ']),
  ).join('');
  return {
    parameters: inOrder(`book_${domain}`, { ...book, [id]: uniqueId }),
    returns: { [id]: uniqueId, reference },
    uniqueId,
  };
};

/** A journey of the task's route with a bound on its time, such that the nearest train of the day fits. */
const drawJourney = (town: Town, draws: Random): Slots => {
  const trains = query(town.database.train!, town.route, referenceRules);
  const train = draws.pick(trains.slice(0, -1));
  const quarter = (minutes: number) => clock(Math.min(1425, Math.floor(minutes / 15) * 15));
  return draws.chance(0.42)
    ? { ...town.route, leaveAt: quarter(minutesOf(String(train.leaveAt)) - 1) }
    : { ...town.route, arriveBy: quarter(minutesOf(String(train.arriveBy)) + 15) };
};

const CONSTRAINTS: Readonly<Record<string, readonly string[]>> = {
  hotel: ['pricerange', 'type', 'internet', 'stars', 'area', 'parking'],
  restaurant: ['pricerange', 'area', 'food'],
  attraction: ['area', 'type'],
};

const drawConstraints = (domain: Domain, item: JsonObject, draws: Random, profile: Profile): Slots => {
  if (draws.chance(profile.byName)) return { name: String(item.name) };
  const slots = CONSTRAINTS[domain]!;
  const fewest = domain === 'hotel' ? 3 : domain === 'restaurant' ? 2 : 1;
  const most = Math.min(slots.length, profile.mostConstraints);
  const count = Math.min(
    most,
    fewest + (draws.chance(0.5) ? 1 : 0) + Math.max(0, profile.mostConstraints - 4),
  );
  const shuffled = draws.shuffle(slots);
  // "No parking, please" is rare: such a constraint usually gives way to another.
  const usual = shuffled.filter(slot => item[slot] !== 'no' || draws.chance(0.15));
  return Object.fromEntries(usual.slice(0, count).map(slot => [slot, String(item[slot])]));
};

/** Slots in which a first choice differs, by how often they do. */
const FIRST_DIFFERS: Readonly<Record<string, readonly string[]>> = {
  hotel: ['pricerange', 'pricerange', 'pricerange', 'internet', 'parking', 'type', 'stars', 'area'],
  restaurant: ['food', 'food', 'food', 'food', 'food', 'food', 'area', 'pricerange'],
  attraction: ['type', 'type', 'type', 'area'],
};

const drawFirstChoice = (
  domain: Domain,
  inform: Slots,
  town: Town,
  names: Namer,
  draws: Random,
): Slots | undefined => {
  const usual = FIRST_DIFFERS[domain]!.filter(slot => slot in inform);
  const slot = usual.length > 0 ? draws.pick(usual) : draws.pick(Object.keys(inform));
  const rows = town.database[domain]!.rows;
  const values: Readonly<Record<string, () => string>> = {
    name: () => (draws.chance(0.9) ? String(draws.pick(rows).name) : names.place(domain)),
    food: () => (draws.chance(0.15) ? draws.pick(town.foods) : names.food()),
    type: () => (domain === 'hotel' ? draws.pick(['hotel', 'guesthouse']) : draws.pick(town.sights)),
    area: () => draws.pick(AREAS),
    pricerange: () => draws.pick(PRICES),
    stars: () => draws.pick(['0', '1', '2', '3', '4', '5']),
    internet: () => (inform.internet === 'yes' ? 'no' : 'yes'),
    parking: () => (inform.parking === 'yes' ? 'no' : 'yes'),
  };
  for (let tries = 0; tries < 6; tries++) {
    const value = values[slot]!();
    if (value !== inform[slot]) return { ...inform, [slot]: value };
  }
  return undefined;
};

const drawBooking = (domain: Domain, draws: Random): Slots => {
  const people = String(1 + draws.below(8));
  if (domain === 'train') return { people };
  const day = draws.pick(DAYS);
  return domain === 'hotel' ? { people, day, stay: drawStay(draws) } : { people, day, time: drawTime(draws) };
};

const drawStay = (draws: Random): string => draws.pick(['1', '2', '2', '3', '3', '4', '4', '5', '5']);
const drawTime = (draws: Random): string => clock(600 + 15 * draws.below(44));

const drawFirstBooking = (domain: Domain, book: Slots, draws: Random): Slots | undefined => {
  const slot = draws.chance(0.95) ? (domain === 'hotel' ? 'stay' : 'time') : 'day';
  for (let tries = 0; tries < 6; tries++) {
    const value = slot === 'stay' ? drawStay(draws) : slot === 'time' ? drawTime(draws) : draws.pick(DAYS);
    if (value !== book[slot]) return { ...book, [slot]: value };
  }
  return undefined;
};
