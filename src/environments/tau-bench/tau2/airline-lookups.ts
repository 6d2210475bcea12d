/** τ²-bench's airline tools that only read. */
import { airports } from '../airline/lookups.ts';
import { lastTwo } from '../airline/search.ts';
import type { Draft } from '../database.ts';
import { reading } from '../tools/tool.ts';
import { integerOf } from '../values/integer.ts';
import { printValue } from '../values/print.ts';
import { dictAt, entry, hasKey, message, raise } from '../values/python.ts';
import { type Dict, dict, type Value } from '../values/value.ts';

export const userNamed = (data: Draft, id: Value): Dict =>
  data.find('users', id) ?? raise(message`User ${id} not found`);

export const reservationNamed = (data: Draft, id: Value): Dict =>
  data.find('reservations', id) ?? raise(message`Reservation ${id} not found`);

export const flightNamed = (data: Draft, number: Value): Dict =>
  data.find('flights', number) ?? raise(message`Flight ${number} not found`);

/** What is known of a flight on a date. */
const flightOn = (data: Draft, number: Value, date: Value): Dict => {
  const dates = dictAt(flightNamed(data, number), 'dates');
  return hasKey(dates, date)
    ? dictAt(dates, date)
    : raise(message`Flight ${number} not found on date ${date}`);
};

export const getUserDetails = reading('get_user_details', ['user_id'], (data, id) =>
  printValue(userNamed(data, id)),
);
export const getReservationDetails = reading('get_reservation_details', ['reservation_id'], (data, id) =>
  printValue(reservationNamed(data, id)),
);
export const getFlightStatus = reading('get_flight_status', ['flight_number', 'date'], (data, number, date) =>
  String(entry(flightOn(data, number, date), 'status')),
);

export const listAllAirports = reading('list_all_airports', [], () =>
  printValue([...airports].map(([iata, city]) => dict({ iata, city }))),
);

interface Wanted {
  readonly date: Value;
  readonly origin: Value;
  /** Undefined: anywhere. */
  readonly destination?: Value;
  readonly leaveAfter?: string;
}

/** Flights for which seats are sold; each shown with the given date, or with none. */
const offers = (
  data: Draft,
  { date, origin, destination, leaveAfter }: Wanted,
  shownDate: Value,
): readonly Dict[] =>
  [...data.records('flights')].flatMap(([, flight]): Dict[] => {
    if (entry(flight, 'origin') !== origin) return [];
    if (destination !== undefined && entry(flight, 'destination') !== destination) return [];
    const dates = dictAt(flight, 'dates');
    if (!hasKey(dates, date)) return [];
    const offer = dictAt(dates, date);
    if (entry(offer, 'status') !== 'available') return [];
    const departure = entry(flight, 'scheduled_departure_time_est');
    if (leaveAfter !== undefined && String(departure) < leaveAfter) return [];
    return [
      dict({
        flight_number: entry(flight, 'flight_number'),
        origin: entry(flight, 'origin'),
        destination: entry(flight, 'destination'),
        status: 'available',
        scheduled_departure_time_est: departure,
        scheduled_arrival_time_est: entry(flight, 'scheduled_arrival_time_est'),
        date: shownDate,
        available_seats: entry(offer, 'available_seats'),
        prices: entry(offer, 'prices'),
      }),
    ];
  });

export const searchDirectFlight = reading(
  'search_direct_flight',
  ['origin', 'destination', 'date'],
  (data, origin, destination, date) => printValue(offers(data, { date, origin, destination }, null)),
);

/** The second leg is shown as it is on its own day. */
export const searchOnestopFlight = reading(
  'search_onestop_flight',
  ['origin', 'destination', 'date'],
  (data, origin, destination, date) =>
    printValue(
      offers(data, { date, origin }, date).flatMap(first => {
        const arrival = String(entry(first, 'scheduled_arrival_time_est'));
        const date2 = arrival.includes('+1') ? `2024-05-${integerOf(lastTwo(date)) + 1n}` : date;
        const change = { date: date2, origin: entry(first, 'destination'), destination, leaveAfter: arrival };
        return offers(data, change, date2).map(second => [first, second]);
      }),
    ),
);
