/** τ²-bench's airline tools that change a reservation or a user. */
import { unusedCertificateId } from '../airline/certificate.ts';
import { methodsOf, payForChange } from '../airline/payments.ts';
import type { Draft } from '../database.ts';
import { type TauTool, writing } from '../tools/tool.ts';
import { printValue } from '../values/print.ts';
import { arithmetic, entry, lessThan, listAt, message, raise } from '../values/python.ts';
import { type Dict, dict, isDict, type Value, withEntries, withEntry } from '../values/value.ts';
import { fare, flightInfo, passenger, soldFlight } from './airline-book.ts';
import { flightNamed, reservationNamed, userNamed } from './airline-lookups.ts';
import { float, integer, oneOf } from './fields.ts';
import { recordOfType, recordsOfType } from './models.ts';

const recordsAt = (record: Dict, key: string): readonly Dict[] => listAt(record, key).filter(isDict);

/** Pays for a change, and notes the payment unless it is of nothing. */
const paidFor = (data: Draft, reservation: Dict, paymentId: Value, price: Value): Dict => {
  const userId = entry(reservation, 'user_id');
  userNamed(data, userId);
  payForChange(data, userId, paymentId, price);
  if (price === 0n) return reservation;
  const history = [...listAt(reservation, 'payment_history'), dict({ payment_id: paymentId, amount: price })];
  return withEntry(reservation, 'payment_history', history);
};

const stored = (data: Draft, id: Value, reservation: Dict): string => {
  data.put('reservations', id, reservation);
  return printValue(reservation);
};

const cancelReservation = writing('cancel_reservation', ['reservation_id'], (data, id) => {
  const reservation = reservationNamed(data, id);
  const history = recordsAt(reservation, 'payment_history');
  const refunds = history.map(item => withEntry(item, 'amount', arithmetic(entry(item, 'amount'), '*', -1n)));
  return stored(
    data,
    id,
    withEntries(reservation, { payment_history: [...history, ...refunds], status: 'cancelled' }),
  );
});

const updateReservationPassengers = writing(
  'update_reservation_passengers',
  ['reservation_id', 'passengers'],
  (data, id, people) => {
    const passengers = recordsOfType('Passenger', passenger, people);
    const reservation = reservationNamed(data, id);
    if (passengers.length !== listAt(reservation, 'passengers').length) {
      raise('Number of passengers does not match');
    }
    return stored(data, id, withEntry(reservation, 'passengers', passengers));
  },
);

const counts = { total_baggages: integer, nonfree_baggages: integer };

const updateReservationBaggages = writing(
  'update_reservation_baggages',
  ['reservation_id', 'total_baggages', 'nonfree_baggages', 'payment_id'],
  (data, id, total, nonfree, paymentId) => {
    const reservation = reservationNamed(data, id);
    const bags = recordOfType(
      'Reservation',
      counts,
      dict({ total_baggages: total, nonfree_baggages: nonfree }),
    );
    const added = arithmetic(entry(bags, 'nonfree_baggages'), '-', entry(reservation, 'nonfree_baggages'));
    const price = arithmetic(50n, '*', lessThan(0n, added) ? added : 0n);
    const paid = paidFor(data, reservation, paymentId, price);
    return stored(data, id, withEntries(paid, Object.fromEntries(bags)));
  },
);

const cabins = { cabin: oneOf('business', 'economy', 'basic_economy') };

/** Unlike the first version, stores the cabin too. Seats are not counted here. */
const updateReservationFlights = writing(
  'update_reservation_flights',
  ['reservation_id', 'cabin', 'flights', 'payment_id'],
  (data, id, cabin, wanted, paymentId) => {
    const infos = recordsOfType('FlightInfo', flightInfo, wanted);
    const reservation = reservationNamed(data, id);
    recordOfType('Reservation', cabins, dict({ cabin }));
    const current = recordsAt(reservation, 'flights');
    const passengers = listAt(reservation, 'passengers');
    const flights = infos.map(info => {
      flightNamed(data, entry(info, 'flight_number'));
      const kept = current.find(
        flight =>
          entry(flight, 'flight_number') === entry(info, 'flight_number') &&
          entry(flight, 'date') === entry(info, 'date') &&
          entry(reservation, 'cabin') === cabin,
      );
      return kept ?? soldFlight(data, info, cabin, passengers);
    });
    const price = arithmetic(fare(flights, passengers.length), '-', fare(current, passengers.length));
    const paid = paidFor(data, reservation, paymentId, price);
    return stored(data, id, withEntries(paid, { flights, cabin }));
  },
);

const sendCertificate = writing('send_certificate', ['user_id', 'amount'], (data, userId, amount) => {
  const user = userNamed(data, userId);
  const methods = methodsOf(user);
  const id = unusedCertificateId(methods) ?? raise('Too many certificates');
  const typed = recordOfType('Certificate', { amount: float }, dict({ amount }));
  const certificate = dict({ source: 'certificate', id, amount: entry(typed, 'amount') });
  data.put('users', userId, withEntry(user, 'payment_methods', withEntry(methods, id, certificate)));
  return message`Certificate ${id} added to user ${userId} with amount ${amount}.`;
});

export const changeTools: readonly TauTool[] = [
  cancelReservation,
  sendCertificate,
  updateReservationBaggages,
  updateReservationFlights,
  updateReservationPassengers,
];
