import { methodsOf, spend } from '../airline/reservations.ts';
import type { Draft } from '../database.ts';
import { writing } from '../tools/tool.ts';
import { printValue } from '../values/print.ts';
import { arithmetic, dictAt, entry, hasKey, lessThan, listAt, message, raise } from '../values/python.ts';
import { type Dict, dict, type Value, withEntries, withEntry, withoutEntry } from '../values/value.ts';
import { flightNamed, flightOn, userNamed } from './airline-lookups.ts';
import { integer, oneOf, recordOfType, recordsOfType, text } from './models.ts';

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

/** A flight of a reservation, if there are seats for so many. */
export const soldFlight = (data: Draft, wanted: Dict, cabin: Value, seats: number): Dict => {
  const number = entry(wanted, 'flight_number');
  const date = entry(wanted, 'date');
  const offer = flightOn(data, number, date);
  if (entry(offer, 'status') !== 'available') raise(message`Flight ${number} not available on date ${date}`);
  if (lessThan(entry(dictAt(offer, 'available_seats'), cabin), BigInt(seats))) {
    raise(message`Not enough seats on flight ${number}`);
  }
  const flight = flightNamed(data, number);
  return dict({
    flight_number: number,
    origin: entry(flight, 'origin'),
    destination: entry(flight, 'destination'),
    date,
    price: entry(dictAt(offer, 'prices'), cabin),
  });
};

const pricesOf = (flights: readonly Dict[]): Value =>
  flights.reduce<Value>((sum, flight) => arithmetic(sum, '+', entry(flight, 'price')), 0n);

/** What so many passengers pay for some flights. */
export const fare = (flights: readonly Dict[], passengers: number): Value =>
  arithmetic(pricesOf(flights), '*', BigInt(passengers));

const checkPayments = (methods: Dict, payments: readonly Dict[], total: Value): void => {
  for (const item of payments) {
    const id = entry(item, 'payment_id');
    if (!hasKey(methods, id)) raise(message`Payment method ${id} not found`);
    const method = dictAt(methods, id);
    const keepsAccount = entry(method, 'source') !== 'credit_card';
    if (keepsAccount && lessThan(entry(method, 'amount'), entry(item, 'amount'))) {
      raise(message`Not enough balance in payment method ${id}`);
    }
  }
  const paid = payments.reduce<Value>((sum, item) => arithmetic(sum, '+', entry(item, 'amount')), 0n);
  if (paid !== total) {
    raise(message`Payment amount does not add up, total price is ${total}, but paid ${paid}`);
  }
};

/** Takes the money; a certificate goes as a whole. */
const pay = (data: Draft, userId: Value, payments: readonly Dict[]): void => {
  for (const item of payments) {
    const id = entry(item, 'payment_id');
    const user = data.get('users', userId);
    const source = entry(dictAt(methodsOf(user), id), 'source');
    if (source === 'gift_card') spend(data, userId, id, entry(item, 'amount'));
    if (source === 'certificate') {
      data.put(
        'users',
        userId,
        withEntry(user, 'payment_methods', withoutEntry(methodsOf(user), String(id))),
      );
    }
  }
};

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
    const flights = flightInfos.map(info => soldFlight(data, info, cabin, passengers.length));
    const insured = insurance === 'yes' ? 30n * BigInt(passengers.length) : 0n;
    const fees = arithmetic(insured, '+', arithmetic(50n, '*', entry(booked, 'nonfree_baggages')));
    const total = arithmetic(fare(flights, passengers.length), '+', fees);
    checkPayments(methodsOf(data.get('users', userId)), payments, total);
    pay(data, userId, payments);
    for (const flight of flights) takeSeats(data, flight, cabin, passengers.length);
    const reservation = withEntries(dict({ reservation_id: id, user_id: userId }), {
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
    data.put('reservations', id, reservation);
    const user = data.get('users', userId);
    data.put('users', userId, withEntry(user, 'reservations', [...listAt(user, 'reservations'), id]));
    return printValue(reservation);
  },
);
