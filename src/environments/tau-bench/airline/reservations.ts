/** What the tools that sell or change a reservation have in common. */
import type { Draft } from '../database.ts';
import { refuse } from '../tools/tool.ts';
import {
  arithmetic,
  dictAt,
  entry,
  field,
  hasKey,
  lengthOf,
  lessThan,
  message,
  raise,
} from '../values/python.ts';
import { type Dict, isDict, type Value, withEntries, withEntry } from '../values/value.ts';

export const reservationOf = (data: Draft, id: Value): Dict =>
  data.find('reservations', id) ?? refuse('reservation not found');

export const userOf = (data: Draft, reservation: Dict): Dict =>
  data.get('users', entry(reservation, 'user_id'));

export const methodsOf = (user: Dict): Dict => dictAt(user, 'payment_methods');

/** Takes an amount from a gift card, unrounded. */
export const spend = (data: Draft, userId: Value, cardId: Value, amount: Value): void => {
  const user = data.get('users', userId);
  const methods = methodsOf(user);
  const card = dictAt(methods, cardId);
  const left = withEntry(card, 'amount', arithmetic(entry(card, 'amount'), '-=', amount));
  data.put('users', userId, withEntry(user, 'payment_methods', withEntry(methods, String(cardId), left)));
};

/** Refuses a method that cannot pay for a change; says whether it is a gift card, the only one that keeps an account. */
export const checkMethodForUpdate = (user: Dict, id: Value, price: Value): boolean => {
  const methods = methodsOf(user);
  if (!hasKey(methods, id)) refuse('payment method not found');
  const method = dictAt(methods, id);
  const source = entry(method, 'source');
  if (source === 'certificate') refuse('certificate cannot be used to update reservation');
  if (source !== 'gift_card') return false;
  if (lessThan(entry(method, 'amount'), price)) refuse('gift card balance is not enough');
  return true;
};

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
