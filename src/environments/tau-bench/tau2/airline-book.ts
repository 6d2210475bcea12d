import { bookingParameters } from '../airline/book.ts';
import { checkPayments, pay } from '../airline/payments.ts';
import { addReservation, sell } from '../airline/reservations.ts';
import type { Draft } from '../database.ts';
import { writing } from '../tools/tool.ts';
import { arithmetic, dictAt, entry, raise } from '../values/python.ts';
import { type Dict, dict, type Value, withEntry } from '../values/value.ts';
import { flightNamed, userNamed } from './airline-lookups.ts';
import { integer, oneOf, text } from './fields.ts';
import { recordOfType, recordsOfType } from './models.ts';

export const flightInfo = { flight_number: text, date: text };
export const passenger = { first_name: text, last_name: text, dob: text };
const payment = { payment_id: text, amount: integer };
const booking = {
  origin: text,
  destination: text,
  flight_type: oneOf('round_trip', 'one_way'),
  cabin: oneOf('business', 'economy', 'basic_economy'),
  total_baggages: integer,
  nonfree_baggages: integer,
  insurance: oneOf('yes', 'no'),
};

const newId = (data: Draft): string =>
  ['HATHAT', 'HATHAU', 'HATHAV'].find(id => !data.find('reservations', id)) ?? raise('Too many reservations');

const flightKeys: readonly string[] = ['flight_number', 'origin', 'destination', 'date', 'price'];

/** A flight of a reservation, if there are seats for all passengers. */
export const soldFlight = (data: Draft, wanted: Dict, cabin: Value, passengers: Value): Dict => {
  const sold = sell(data, wanted, cabin, passengers);
  return new Map(flightKeys.map(key => [key, entry(sold, key)]));
};

const pricesOf = (flights: readonly Dict[]): Value =>
  flights.reduce<Value>((sum, flight) => arithmetic(sum, '+', entry(flight, 'price')), 0n);

/** What so many passengers pay for some flights. */
export const fare = (flights: readonly Dict[], passengers: number): Value =>
  arithmetic(pricesOf(flights), '*', BigInt(passengers));

const takeSeats = (data: Draft, flight: Dict, cabin: Value, seats: number): void => {
  const number = entry(flight, 'flight_number');
  const record = flightNamed(data, number);
  const dates = dictAt(record, 'dates');
  const date = String(entry(flight, 'date'));
  const offer = dictAt(dates, date);
  const available = dictAt(offer, 'available_seats');
  const left = arithmetic(entry(available, cabin), '-', BigInt(seats));
  const sold = withEntry(offer, 'available_seats', withEntry(available, String(cabin), left));
  data.put('flights', number, withEntry(record, 'dates', withEntry(dates, date, sold)));
};

/** Sells a reservation, seats included; a user can have three new ones. */
export const bookReservation = writing(
  'book_reservation',
  bookingParameters,
  (data, userId, origin, destination, type, cabin, wanted, people, paid, bags, paidBags, insurance) => {
    const flightInfos = recordsOfType('FlightInfo', flightInfo, wanted);
    const passengers = recordsOfType('Passenger', passenger, people);
    const payments = recordsOfType('Payment', payment, paid);
    userNamed(data, userId);
    const id = newId(data);
    const given = dict({
      origin,
      destination,
      flight_type: type,
      cabin,
      total_baggages: bags,
      nonfree_baggages: paidBags,
      insurance,
    });
    const booked = recordOfType('Reservation', booking, given);
    const flights = flightInfos.map(info => soldFlight(data, info, cabin, passengers));
    const insured = insurance === 'yes' ? 30n * BigInt(passengers.length) : 0n;
    const fees = arithmetic(insured, '+', arithmetic(50n, '*', entry(booked, 'nonfree_baggages')));
    const total = arithmetic(fare(flights, passengers.length), '+', fees);
    checkPayments(data, userId, payments, total);
    pay(data, userId, payments);
    for (const flight of flights) takeSeats(data, flight, cabin, passengers.length);
    return addReservation(data, {
      reservation_id: id,
      user_id: userId,
      origin,
      destination,
      flight_type: type,
      cabin,
      flights,
      passengers,
      payment_history: payments,
      created_at: '2024-05-15T15:00:00',
      total_baggages: entry(booked, 'total_baggages'),
      nonfree_baggages: entry(booked, 'nonfree_baggages'),
      insurance,
      status: null,
    });
  },
);
