/** The two searches for flights (specification, sections 7.4 and 7.5). */
import type { Draft } from '../database.ts';
import { reading } from '../tools/tool.ts';
import { pythonEqual } from '../values/equal.ts';
import { integerOf } from '../values/integer.ts';
import { printValue } from '../values/print.ts';
import { dictAt, entry, hasKey, raise, typeName } from '../values/python.ts';
import { type Dict, isDict, type Value, withoutEntry } from '../values/value.ts';

const flightsOf = (data: Draft): readonly Dict[] => [...data.records('flights')].map(([, flight]) => flight);

/** What is known of a flight on a date, if seats are sold for it. */
const offerOn = (flight: Dict, date: Value): Dict | undefined => {
  const dates = dictAt(flight, 'dates');
  if (!hasKey(dates, date)) return undefined;
  const offer = dictAt(dates, date);
  return entry(offer, 'status') === 'available' ? offer : undefined;
};

/** A flight with what is known of one of its dates in place of all of them. */
const withOffer = (flight: Dict, offer: Dict): Map<string, Value> =>
  new Map([...withoutEntry(flight, 'dates'), ...offer]);

export const searchDirectFlight = reading(
  'search_direct_flight',
  ['origin', 'destination', 'date'],
  (data, origin, destination, date) => {
    const found: Dict[] = [];
    for (const flight of flightsOf(data)) {
      if (!pythonEqual(entry(flight, 'origin'), origin)) continue;
      if (!pythonEqual(entry(flight, 'destination'), destination)) continue;
      const offer = offerOn(flight, date);
      if (offer) found.push(withOffer(flight, offer));
    }
    return printValue(found);
  },
);

/** `value[-2:]`, where a date should stand. */
export const lastTwo = (date: Value): Value => {
  if (typeof date === 'string') return [...date].slice(-2).join('');
  if (date === null || typeof date !== 'object') {
    return raise(`'${typeName(date)}' object is not subscriptable`);
  }
  return isDict(date) ? raise("unhashable type: 'slice'") : date.slice(-2);
};

const landsNextDay = (flight: Dict): boolean =>
  String(entry(flight, 'scheduled_arrival_time_est')).includes('+1');

/** The second leg's date. The original counts days within May 2024, as text and without padding. */
const secondDate = (first: Dict, date: Value): Value =>
  landsNextDay(first) ? `2024-05-${integerOf(lastTwo(date)) + 1n}` : date;

export const searchOnestopFlight = reading(
  'search_onestop_flight',
  ['origin', 'destination', 'date'],
  (data, origin, destination, date) => {
    const flights = flightsOf(data);
    const toDestination = flights.filter(flight => pythonEqual(entry(flight, 'destination'), destination));
    const found: Value[] = [];
    for (const first of flights) {
      if (!pythonEqual(entry(first, 'origin'), origin)) continue;
      for (const second of toDestination) {
        if (entry(second, 'origin') !== entry(first, 'destination')) continue;
        const date2 = secondDate(first, date);
        const arrival = String(entry(first, 'scheduled_arrival_time_est'));
        if (arrival > String(entry(second, 'scheduled_departure_time_est'))) continue;
        const offer = offerOn(first, date);
        if (!offer || !offerOn(second, date2)) continue;
        // The second leg is shown as it is on the first one's date: a defect of the original.
        const shown = dictAt(dictAt(second, 'dates'), date);
        found.push([withOffer(first, offer).set('date', date), withOffer(second, shown).set('date', date2)]);
      }
    }
    return printValue(found);
  },
);
