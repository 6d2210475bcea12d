/** The tools that change a reservation (specification, sections 7.7, 7.8, 7.10 and 7.11). */
import type { Draft } from '../database.ts';
import { refuse, writing } from '../tools/tool.ts';
import { pythonEqual } from '../values/equal.ts';
import { printValue } from '../values/print.ts';
import { arithmetic, entry, extended, field, iterate, lengthOf, lessThan } from '../values/python.ts';
import { type Dict, dict, isList, type Value, withEntries, withEntry } from '../values/value.ts';
import { payForChange } from './payments.ts';
import { priced, reservationOf, sell } from './reservations.ts';

/** Notes that every payment goes back; no money moves. */
export const cancelReservation = writing('cancel_reservation', ['reservation_id'], (data, id) => {
  const reservation = reservationOf(data, id);
  const history = entry(reservation, 'payment_history');
  const refunds = iterate(history).map(payment =>
    dict({
      payment_id: field(payment, 'payment_id'),
      amount: arithmetic(field(payment, 'amount'), '*', -1n),
    }),
  );
  const cancelled = withEntries(reservation, {
    payment_history: extended(history, refunds, 'extend'),
    status: 'cancelled',
  });
  data.put('reservations', id, cancelled);
  return printValue(cancelled);
});

/** Replaces the passengers by any others of the same number. */
export const updateReservationPassengers = writing(
  'update_reservation_passengers',
  ['reservation_id', 'passengers'],
  (data, id, passengers) => {
    const reservation = reservationOf(data, id);
    if (lengthOf(passengers) !== lengthOf(entry(reservation, 'passengers'))) {
      refuse('number of passengers does not match');
    }
    const updated = withEntry(reservation, 'passengers', passengers);
    data.put('reservations', id, updated);
    return printValue(updated);
  },
);

/** Pays for a change and stores it, then notes the payment: a record that cannot note it is changed even so. */
const settled = (data: Draft, id: Value, changed: Dict, paymentId: Value, price: Value): string => {
  payForChange(data, entry(changed, 'user_id'), paymentId, price);
  data.put('reservations', id, changed);
  if (pythonEqual(price, 0n)) return printValue(changed);
  const payment = dict({ payment_id: paymentId, amount: price });
  const history = extended(entry(changed, 'payment_history'), [payment], 'append');
  const noted = withEntry(changed, 'payment_history', history);
  data.put('reservations', id, noted);
  return printValue(noted);
};

/** Sets the numbers of bags; only more paid ones cost something. */
export const updateReservationBaggages = writing(
  'update_reservation_baggages',
  ['reservation_id', 'total_baggages', 'nonfree_baggages', 'payment_id'],
  (data, id, total, nonfree, paymentId) => {
    const reservation = reservationOf(data, id);
    const added = arithmetic(nonfree, '-', entry(reservation, 'nonfree_baggages'));
    const price = arithmetic(50n, '*', lessThan(0n, added) ? added : 0n);
    const counted = withEntries(reservation, { total_baggages: total, nonfree_baggages: nonfree });
    return settled(data, id, counted, paymentId, price);
  },
);

/** Replaces the flights and settles the difference; the cabin and the route in the record stay as they were. */
export const updateReservationFlights = writing(
  'update_reservation_flights',
  ['reservation_id', 'cabin', 'flights', 'payment_id'],
  (data, id, cabin, wanted, paymentId) => {
    const reservation = reservationOf(data, id);
    const current = iterate(entry(reservation, 'flights'));
    const passengers = entry(reservation, 'passengers');
    const isKept = (flight: Value) => (other: Value) =>
      pythonEqual(field(other, 'flight_number'), field(flight, 'flight_number')) &&
      pythonEqual(field(other, 'date'), field(flight, 'date')) &&
      pythonEqual(cabin, entry(reservation, 'cabin'));
    const times = (price: Value): Value => arithmetic(price, '*', BigInt(lengthOf(passengers)));
    let total: Value = 0n;
    const flights = iterate(wanted).map(flight => {
      const kept = current.find(isKept(flight));
      const sold = kept
        ? priced(flight, field(kept, 'price'), field(kept, 'origin'), field(kept, 'destination'))
        : sell(data, flight, cabin, passengers);
      total = arithmetic(total, '+=', times(entry(sold, 'price')));
      return sold;
    });
    const paid = current.reduce<Value>((sum, flight) => arithmetic(sum, '+', field(flight, 'price')), 0n);
    const price = arithmetic(total, '-=', times(paid));
    const moved = withEntry(reservation, 'flights', isList(wanted) ? flights : wanted);
    return settled(data, id, moved, paymentId, price);
  },
);
