/** What the tools that sell or change a reservation have in common. */
import type { Draft } from '../database.ts';
import { refuse } from '../tools/tool.ts';
import { printValue } from '../values/print.ts';
import {
  dictAt,
  entry,
  field,
  hasKey,
  lengthOf,
  lessThan,
  listAt,
  message,
  raise,
} from '../values/python.ts';
import { type Dict, dict, isDict, type Value, withEntries, withEntry } from '../values/value.ts';

export const reservationOf = (data: Draft, id: Value): Dict =>
  data.find('reservations', id) ?? refuse('reservation not found');

/** A wanted flight with what it costs and where it goes, on a copy. */
export const priced = (wanted: Value, price: Value, origin: Value, destination: Value): Dict =>
  // Every wanted flight has answered for its number and date by now, so it is an object.
  isDict(wanted) ? withEntries(wanted, { price, origin, destination }) : raise('a flight is no object');

/** Checks that a flight can be sold to all passengers, and prices it (specification, section 7.6, step 3). */
export const sell = (data: Draft, wanted: Value, cabin: Value, passengers: Value): Dict => {
  const number = field(wanted, 'flight_number');
  const flight = data.find('flights', number) ?? refuse(message`flight ${number} not found`);
  const date = field(wanted, 'date');
  const dates = dictAt(flight, 'dates');
  if (!hasKey(dates, date)) refuse(message`flight ${number} not found on date ${date}`);
  const offer = dictAt(dates, date);
  if (entry(offer, 'status') !== 'available') refuse(message`flight ${number} not available on date ${date}`);
  const seats = entry(dictAt(offer, 'available_seats'), cabin);
  if (lessThan(seats, BigInt(lengthOf(passengers)))) refuse(message`not enough seats on flight ${number}`);
  const price = entry(dictAt(offer, 'prices'), cabin);
  return priced(wanted, price, entry(flight, 'origin'), entry(flight, 'destination'));
};

/** Stores a new reservation, also in its user's list, and prints it. */
export const addReservation = (data: Draft, entries: Readonly<Record<string, Value>>): string => {
  const reservation = dict(entries);
  const id = entry(reservation, 'reservation_id');
  const userId = entry(reservation, 'user_id');
  data.put('reservations', id, reservation);
  const user = data.get('users', userId);
  data.put('users', userId, withEntry(user, 'reservations', [...listAt(user, 'reservations'), id]));
  return printValue(reservation);
};
