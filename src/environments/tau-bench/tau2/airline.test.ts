import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ann,
  bags,
  balance,
  booking,
  change,
  journeysIn,
  leg,
  methodsOf,
  pay,
  search,
} from '../airline/requests.testing.ts';
import { testRefusals } from '../refusals.testing.ts';
import { printValue } from '../values/print.ts';
import { tau2AirlineWorld, visit } from '../world.testing.ts';

const world = tau2AirlineWorld();
const here = () => visit(world);

testRefusals(world, [
  ['get_user_details', { user_id: 'x' }, 'User x not found'],
  ['get_reservation_details', { reservation_id: null }, 'Reservation None not found'],
  ['get_flight_status', { flight_number: 'x', date: 'y' }, 'Flight x not found'],
  ['get_flight_status', { flight_number: 'HAT1', date: 'y' }, 'Flight HAT1 not found on date y'],
  ['cancel_reservation', { reservation_id: 'x' }, 'Reservation x not found'],
  ['book_reservation', booking({ user_id: 'x' }), 'User x not found'],
  ['book_reservation', booking({ flights: 'HAT1' }), "'str' object is not a list of FlightInfo"],
  ['book_reservation', booking({ flights: ['HAT1'] }), "'str' object is not a FlightInfo"],
  [
    'book_reservation',
    booking({ flights: [{ date: 5 }] }),
    "2 validation errors for FlightInfo\nflight_number\n  Field required [type=missing, input_value={'date': 5}, input_type=dict]\n    For further information visit https://errors.pydantic.dev/2.13/v/missing\ndate\n  Input should be a valid string [type=string_type, input_value=5, input_type=int]\n    For further information visit https://errors.pydantic.dev/2.13/v/string_type",
  ],
  ['book_reservation', booking({ flights: [leg('HAT9')] }), 'Flight HAT9 not found'],
  ['book_reservation', booking({ flights: [leg('HAT1', 'x')] }), 'Flight HAT1 not found on date x'],
  [
    'book_reservation',
    booking({ flights: [leg('HAT1', '2024-05-01')] }),
    'Flight HAT1 not available on date 2024-05-01',
  ],
  [
    'book_reservation',
    booking({ cabin: 'first' }),
    "1 validation error for Reservation\ncabin\n  Input should be 'business', 'economy' or 'basic_economy' [type=literal_error, input_value='first', input_type=str]\n    For further information visit https://errors.pydantic.dev/2.13/v/literal_error",
  ],
  ['book_reservation', booking({ cabin: 'basic_economy' }), 'Not enough seats on flight HAT1'],
  ['book_reservation', booking({ payment_methods: [pay('x', 100)] }), 'Payment method x not found'],
  [
    'book_reservation',
    booking({ payment_methods: [pay('x', 1.5)] }),
    '1 validation error for Payment\namount\n  Input should be a valid integer, got a number with a fractional part [type=int_from_float, input_value=1.5, input_type=float]\n    For further information visit https://errors.pydantic.dev/2.13/v/int_from_float',
  ],
  [
    'book_reservation',
    booking({ payment_methods: [pay('gift_card_1', 121)] }),
    'Not enough balance in payment method gift_card_1',
  ],
  [
    'book_reservation',
    booking({ payment_methods: [] }),
    'Payment amount does not add up, total price is 100, but paid 0',
  ],
  [
    'update_reservation_passengers',
    { reservation_id: 'R1', passengers: [] },
    'Number of passengers does not match',
  ],
  [
    'update_reservation_baggages',
    bags(1, null),
    '1 validation error for Reservation\nnonfree_baggages\n  Input should be a valid integer [type=int_type, input_value=None, input_type=NoneType]\n    For further information visit https://errors.pydantic.dev/2.13/v/int_type',
  ],
  ['update_reservation_baggages', bags(1, 1, 'x'), 'Payment method not found'],
  [
    'update_reservation_baggages',
    bags(1, 1, 'certificate_1'),
    'Certificate cannot be used to update reservation',
  ],
  ['update_reservation_baggages', bags(3, 3), 'Gift card balance is not enough'],
  ['update_reservation_flights', change({ flights: [leg('HAT9')] }), 'Flight HAT9 not found'],
  [
    'update_reservation_flights',
    change({ cabin: null }),
    "1 validation error for Reservation\ncabin\n  Input should be 'business', 'economy' or 'basic_economy' [type=literal_error, input_value=None, input_type=NoneType]\n    For further information visit https://errors.pydantic.dev/2.13/v/literal_error",
  ],
  ['send_certificate', { user_id: 'x', amount: 1 }, 'User x not found'],
  [
    'send_certificate',
    { user_id: 'ann_1', amount: 'much' },
    "1 validation error for Certificate\namount\n  Input should be a valid number, unable to parse string as a number [type=float_parsing, input_value='much', input_type=str]\n    For further information visit https://errors.pydantic.dev/2.13/v/float_parsing",
  ],
  ['calculate', { expression: 'a' }, 'Invalid characters in expression'],
  ['calculate', { expression: '1/0' }, 'division by zero'],
  ['list_all_airports', { x: 1 }, "AirlineTools.list_all_airports() got an unexpected keyword argument 'x'"],
]);

test('a booking takes seats, keeps to the fields it knows, and there are three of them', () => {
  const visitor = here();
  const args = booking({
    flights: [{ ...leg('HAT1'), seat: 'A1' }],
    payment_methods: [pay('gift_card_1', 30), pay('certificate_1', '150')],
    total_baggages: '2',
    nonfree_baggages: true,
    insurance: 'yes',
  });
  const text = visitor.call('book_reservation', args)!;
  assert.match(
    text,
    /"flights": \[\{"flight_number": "HAT1", "origin": "SFO", "destination": "JFK", "date": "2024-05-16", "price": 100\}\]/,
  );
  assert.match(text, /"total_baggages": 2, "nonfree_baggages": 1, "insurance": "yes", "status": null\}$/);
  assert.equal(balance(visitor), 90);
  assert.equal(methodsOf(visitor).has('certificate_1'), false);
  assert.equal(visitor.at('flights', 'HAT1', 'dates', '2024-05-16', 'available_seats', 'economy'), 3n);
  visitor.call('book_reservation', booking());
  visitor.call('book_reservation', booking());
  assert.equal(visitor.call('book_reservation', booking()), 'Error: Too many reservations');
  assert.deepEqual(visitor.at('users', 'ann_1', 'reservations'), ['R1', 'HATHAT', 'HATHAU', 'HATHAV']);
});

test('a changed reservation keeps its flights where it can, and stores its cabin', () => {
  const visitor = here();
  visitor.call(
    'update_reservation_flights',
    change({ flights: [leg('HAT1'), leg('HAT2')], payment_id: 'gift_card_1' }),
  );
  assert.equal(visitor.at('reservations', 'R1', 'flights', 0, 'price'), 90n);
  assert.equal(balance(visitor), 70);
  visitor.call('update_reservation_flights', change({ cabin: 'business', flights: [leg('HAT1')] }));
  assert.equal(visitor.at('reservations', 'R1', 'cabin'), 'business');
  assert.equal(visitor.at('reservations', 'R1', 'payment_history', 2, 'amount'), 60n);
});

test('bags, passengers, cancellations and certificates', () => {
  const visitor = here();
  visitor.call('update_reservation_baggages', bags(3, 2));
  assert.equal(visitor.at('reservations', 'R1', 'payment_history', 1, 'amount'), 100n);
  visitor.call('update_reservation_baggages', bags(1, 0));
  assert.equal((visitor.at('reservations', 'R1', 'payment_history') as unknown[]).length, 2);
  visitor.call('update_reservation_passengers', { reservation_id: 'R1', passengers: [{ ...ann, seat: 1 }] });
  assert.equal(
    printValue(visitor.at('reservations', 'R1', 'passengers')),
    `[${JSON.stringify(ann).replaceAll(/([:,])"/g, '$1 "')}]`,
  );
  assert.match(
    visitor.call('cancel_reservation', { reservation_id: 'R1' })!,
    /"amount": -90\}, .*"status": "cancelled"\}$/,
  );
  for (let i = 0; i < 3; i++) {
    assert.match(visitor.call('send_certificate', { user_id: 'ann_1', amount: 50 })!, /with amount 50\.$/);
  }
  assert.equal(visitor.at('users', 'ann_1', 'payment_methods', 'certificate_3221324', 'amount'), 50);
  assert.equal(
    visitor.call('send_certificate', { user_id: 'ann_1', amount: 50 }),
    'Error: Too many certificates',
  );
});

test('searches show the right day, and airports are a list', () => {
  const visitor = here();
  const direct = visitor.call('search_direct_flight', search('JFK', '2024-05-17'))!;
  assert.match(direct, /^\[\{"flight_number": "HAT1", .*"date": null, "available_seats": \{.*"economy": 110/);
  const found = visitor.call('search_onestop_flight', search('BOS'))!;
  assert.deepEqual(journeysIn(found), [
    'HAT1 2024-05-16 100, HAT2 2024-05-16 50',
    'HAT3 2024-05-16 70, HAT2 2024-05-17 60',
    'HAT3 2024-05-16 70, HAT4 2024-05-17 61',
  ]);
  assert.equal(visitor.call('search_direct_flight', search('JFK', '2024-05-01')), '[]');
  assert.equal(visitor.call('get_flight_status', { flight_number: 'HAT1', date: '2024-05-01' }), 'landed');
  assert.match(visitor.call('list_all_airports', {})!, /^\[\{"iata": "SFO", "city": "San Francisco"\}, /);
  assert.match(visitor.call('get_user_details', { user_id: 'ann_1' })!, /"amount": 120.0/);
  assert.match(visitor.call('get_reservation_details', { reservation_id: 'R1' })!, /"status": null\}$/);
});
