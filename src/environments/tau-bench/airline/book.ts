import type { Draft } from '../database.ts';
import { refuse, writing } from '../tools/tool.ts';
import { pythonEqual } from '../values/equal.ts';
import { printValue } from '../values/print.ts';
import {
  arithmetic,
  dictAt,
  entry,
  field,
  hasKey,
  iterate,
  lengthOf,
  lessThan,
  listAt,
  message,
  raise,
  typeName,
} from '../values/python.ts';
import { dict, isList, type Value, withEntry, withoutEntry } from '../values/value.ts';
import { methodsOf, sell, spend } from './reservations.ts';

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

const checkPayments = (data: Draft, userId: Value, payments: Value, total: Value): void => {
  const methods = methodsOf(data.get('users', userId));
  for (const payment of iterate(payments)) {
    const id = field(payment, 'payment_id');
    const amount = field(payment, 'amount');
    if (!hasKey(methods, id)) refuse(message`payment method ${id} not found`);
    const method = dictAt(methods, id);
    const keepsAccount = ['gift_card', 'certificate'].includes(String(entry(method, 'source')));
    if (keepsAccount && lessThan(entry(method, 'amount'), amount)) {
      refuse(message`not enough balance in payment method ${id}`);
    }
  }
  const paid = iterate(payments).reduce<Value>(
    (sum, payment) => arithmetic(sum, '+', field(payment, 'amount')),
    0n,
  );
  if (!pythonEqual(paid, total)) {
    refuse(message`payment amount does not add up, total price is ${total}, but paid ${paid}`);
  }
};

/** Takes the money. A certificate goes as a whole, so one that pays twice is missing the second time. */
const pay = (data: Draft, userId: Value, payments: Value): void => {
  for (const payment of iterate(payments)) {
    const id = field(payment, 'payment_id');
    const user = data.get('users', userId);
    const source = entry(dictAt(methodsOf(user), id), 'source');
    if (source === 'gift_card') spend(data, userId, id, field(payment, 'amount'));
    if (source === 'certificate') {
      data.put(
        'users',
        userId,
        withEntry(user, 'payment_methods', withoutEntry(methodsOf(user), String(id))),
      );
    }
  }
};

/** Sells a reservation; seats are not reduced (specification, section 7.6). */
export const bookReservation = writing(
  'book_reservation',
  [
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
  ],
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
    const reservation = dict({
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
    data.put('reservations', id, reservation);
    const user = data.get('users', userId);
    data.put('users', userId, withEntry(user, 'reservations', [...listAt(user, 'reservations'), id]));
    return printValue(reservation);
  },
);
