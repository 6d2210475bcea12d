import type { Random } from '../../base/random.ts';
import type { JsonObject } from '../../dialogue/json.ts';
import { tableOf } from '../travel/table.ts';
import type { Database } from '../travel/task.ts';
import type { Namer } from './names.ts';

export const DOMAINS = ['hotel', 'attraction', 'train', 'restaurant'] as const;
export type Domain = (typeof DOMAINS)[number];

export const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export const AREAS = ['north', 'south', 'east', 'west', 'centre'] as const;
export const PRICES = ['cheap', 'moderate', 'expensive'] as const;
const SIGHTS = [
  ['museum', 'gallery', 'theatre', 'park', 'college', 'nightclub', 'cinema', 'swimming pool', 'concert hall'],
  ['castle', 'market', 'library', 'zoo', 'ice rink', 'tower', 'aquarium', 'observatory'],
].flat();

const ROWS: Readonly<Record<Domain, number>> = { hotel: 20, attraction: 20, train: 120, restaurant: 25 };
/** Rows of a table that the task is not about: enough for a lost agent to find something there. */
const ROWS_ELSEWHERE = 4;
const TRAINS_ON_THE_DAY = 7;

/** A town and what its tables hold. Records are lean: what agents search by, and what users ask about. */
export interface Town {
  readonly name: string;
  readonly foods: readonly string[];
  readonly sights: readonly string[];
  /** The trains of one route on one day: several, so that their times tell them apart. */
  readonly route: { readonly departure: string; readonly destination: string; readonly day: string };
  readonly database: Database;
}

/** Minutes since midnight → `hh:mm`. */
export const clock = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

/** `hh:mm` → minutes since midnight. */
export const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** Builds the town of one task; only the tables of the task's domains are full. */
export const buildTown = (names: Namer, draws: Random, domains: readonly string[]): Town => {
  const name = names.station();
  const foods = Array.from({ length: 7 }, names.food);
  const sights = draws.shuffle(SIGHTS).slice(0, 7);
  const stations = Array.from({ length: 5 }, names.station);
  const outward = draws.chance(0.5);
  const other = draws.pick(stations);
  const route = {
    departure: outward ? name : other,
    destination: outward ? other : name,
    day: draws.pick(DAYS),
  };
  const postcode = names.word().slice(0, 2);
  const contact = () => ({
    address: `${1 + draws.below(120)} ${names.street()}`,
    phone: `0${1_100_000_000 + draws.below(800_000_000)}`,
    postcode: `${postcode}${1 + draws.below(9)}${draws.below(10)}${draws.pick(['ab', 'dp', 'ha', 'qt', 'xz'])}`,
  });
  const yesOrNo = () => (draws.chance(0.75) ? 'yes' : 'no');
  const records: Readonly<Record<Domain, () => JsonObject>> = {
    hotel: () => ({
      ...contact(),
      area: draws.pick(AREAS),
      internet: yesOrNo(),
      name: names.place('hotel'),
      parking: yesOrNo(),
      pricerange: draws.pick(PRICES),
      stars: draws.pick(['0', '2', '3', '4', '4', '4', '5', '1']),
      type: draws.pick(['guesthouse', 'guesthouse', 'hotel']),
    }),
    attraction: () => ({
      ...contact(),
      area: draws.pick(AREAS),
      'entrance fee': draws.pick(['free', '2 pounds', '4 pounds', '5 pounds']),
      name: names.place('attraction'),
      type: draws.pick(sights),
    }),
    restaurant: () => ({
      ...contact(),
      area: draws.pick([...AREAS, 'centre']),
      food: draws.pick(foods),
      name: names.place('restaurant'),
      pricerange: draws.pick(PRICES),
    }),
    train: () => {
      const station = draws.pick(stations);
      const [departure, destination] = draws.chance(0.5) ? [name, station] : [station, name];
      return { departure: departure!, destination: destination!, day: draws.pick(DAYS) };
    },
  };
  const rows = (domain: Domain) =>
    Array.from({ length: domains.includes(domain) ? ROWS[domain] : ROWS_ELSEWHERE }, records[domain]);
  const routes = [...rows('train'), ...Array.from({ length: TRAINS_ON_THE_DAY }, () => route)];
  return {
    name,
    foods,
    sights,
    route,
    database: {
      hotel: tableOf(rows('hotel')),
      attraction: tableOf(rows('attraction')),
      train: tableOf(timetable(routes, draws)),
      restaurant: tableOf(rows('restaurant')),
    },
  };
};

/** Gives every train its number, times and price; in the order of departure, as timetables are. */
const timetable = (routes: readonly JsonObject[], draws: Random): JsonObject[] => {
  const numbers = new Set<number>();
  while (numbers.size < routes.length) numbers.add(1000 + draws.below(9000));
  const ids = [...numbers];
  return draws
    .shuffle(routes)
    .map((route, i) => {
      const leave = 300 + draws.below(1000);
      const duration = 20 + draws.below(90);
      return {
        arriveBy: clock(leave + duration),
        ...route,
        duration: `${duration} minutes`,
        leaveAt: clock(leave),
        price: `${5 + draws.below(40)}.${draws.below(10)}0 pounds`,
        trainID: `TR${ids[i]}`,
      };
    })
    .sort((a, b) => (a.leaveAt < b.leaveAt ? -1 : a.leaveAt > b.leaveAt ? 1 : 0));
};
