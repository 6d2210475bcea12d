import type { Draft } from '../database.ts';
import { refuse, writing } from '../tools/tool.ts';
import { arithmetic, entry, iterate, lengthOf, raise, typeName } from '../values/python.ts';
import { isList, type Value } from '../values/value.ts';
import { checkPayments, pay } from './payments.ts';
import { addReservation, sell } from './reservations.ts';

/** `50 * bags` on its way into the total: texts and lists can be multiplied, but not added to a number. */
const baggageFee = (total: Value, bags: Value): Value => {
  if (typeof bags === 'string' || (bags !== null && isList(bags))) {
    return raise(`unsupported operand type(s) for +=: '${typeName(total)}' and '${typeName(bags)}'`);
  }
  return arithmetic(50n, '*', bags);
};

const ids: readonly string[] = ['HATHAT', 'HATHAU'];

/** The new reservation's id: the third is used again and again. */
const newId = (data: Draft): string => ids.find(id => !data.find('reservations', id)) ?? 'HATHAV';

/** What a booking is asked with. */
export const bookingParameters: readonly string[] = [
  'user_id',
  'origin',
  'destination',
  'flight_type',
  'cabin',
  'flights',
  'passengers',
  'payment_methods',
  'total_baggages',
  'nonfree_baggages',
  'insurance',
];

/** Sells a reservation; seats are not reduced (specification, section 7.6). */
export const bookReservation = writing(
  'book_reservation',
  bookingParameters,
  (
    data,
    userId,
    origin,
    destination,
    type,
    cabin,
    wanted,
    passengers,
    payments,
    bags,
    paidBags,
    insurance,
  ) => {
    if (!data.find('users', userId)) refuse('user not found');
    const id = newId(data);
    const flights = iterate(wanted).map(flight => sell(data, flight, cabin, passengers));
    const fares = flights.reduce<Value>(
      (sum, flight) =>
        arithmetic(sum, '+=', arithmetic(entry(flight, 'price'), '*', BigInt(lengthOf(passengers)))),
      0n,
    );
    const insured = insurance === 'yes' ? arithmetic(fares, '+=', 30n * BigInt(lengthOf(passengers))) : fares;
    const total = arithmetic(insured, '+=', baggageFee(insured, paidBags));
    checkPayments(data, userId, payments, total);
    pay(data, userId, payments);
    return addReservation(data, {
      reservation_id: id,
      user_id: userId,
      origin,
      destination,
      flight_type: type,
      cabin,
      flights: isList(wanted) ? flights : wanted,
      passengers,
      payment_history: payments,
      created_at: '2024-05-15T15:00:00',
      total_baggages: bags,
      nonfree_baggages: paidBags,
      insurance,
    });
  },
);
