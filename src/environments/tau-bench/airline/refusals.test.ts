import assert from 'node:assert/strict';
import { test } from 'node:test';
import { airlineWorld, visit } from '../world.testing.ts';
import { ann, bags, booking, change, leg, pay } from './requests.testing.ts';

const world = airlineWorld();

const refusals: readonly (readonly [string, object, string])[] = [
  ['get_user_details', { user_id: 'x' }, 'user not found'],
  ['get_reservation_details', { reservation_id: 'x' }, 'user not found'],
  ['cancel_reservation', { reservation_id: null }, 'reservation not found'],
  ['book_reservation', booking({ user_id: 'x' }), 'user not found'],
  ['book_reservation', booking({ flights: [leg('HAT9')] }), 'flight HAT9 not found'],
  ['book_reservation', booking({ flights: [leg(null)] }), 'flight None not found'],
  ['book_reservation', booking({ flights: [leg('HAT1', 5)] }), 'flight HAT1 not found on date 5'],
  [
    'book_reservation',
    booking({ flights: [leg('HAT1', '2024-05-01')] }),
    'flight HAT1 not available on date 2024-05-01',
  ],
  ['book_reservation', booking({ flights: [leg('HAT1', {})] }), "unhashable type: 'dict'"],
  ['book_reservation', booking({ flights: [{ date: '2024-05-16' }] }), "'flight_number'"],
  ['book_reservation', booking({ flights: [{ flight_number: 'HAT1' }] }), "'date'"],
  ['book_reservation', booking({ flights: 'HAT1' }), "string indices must be integers, not 'str'"],
  ['book_reservation', booking({ flights: null }), "'NoneType' object is not iterable"],
  ['book_reservation', booking({ cabin: 'first' }), "'first'"],
  ['book_reservation', booking({ cabin: "it's" }), `"it's"`],
  ['book_reservation', booking({ cabin: 'basic_economy' }), 'not enough seats on flight HAT1'],
  ['book_reservation', booking({ passengers: [ann, ann, ann, ann, ann] }), 'not enough seats on flight HAT1'],
  ['book_reservation', booking({ passengers: 1 }), "object of type 'int' has no len()"],
  ['book_reservation', booking({ payment_methods: [pay('x', 100)] }), 'payment method x not found'],
  ['book_reservation', booking({ payment_methods: [{ payment_id: 'x' }] }), "'amount'"],
  [
    'book_reservation',
    booking({ payment_methods: [pay('gift_card_1', 121)] }),
    'not enough balance in payment method gift_card_1',
  ],
  [
    'book_reservation',
    booking({ payment_methods: [pay('certificate_1', 'a')] }),
    "'<' not supported between instances of 'int' and 'str'",
  ],
  [
    'book_reservation',
    booking({ payment_methods: [pay('credit_card_1', 'a')] }),
    "unsupported operand type(s) for +: 'int' and 'str'",
  ],
  [
    'book_reservation',
    booking({ payment_methods: [] }),
    'payment amount does not add up, total price is 100, but paid 0',
  ],
  [
    'book_reservation',
    booking({ nonfree_baggages: 1.5 }),
    'payment amount does not add up, total price is 175.0, but paid 100',
  ],
  [
    'book_reservation',
    booking({ nonfree_baggages: null }),
    "unsupported operand type(s) for *: 'int' and 'NoneType'",
  ],
  [
    'book_reservation',
    booking({ nonfree_baggages: '1' }),
    "unsupported operand type(s) for +=: 'int' and 'str'",
  ],
  [
    'book_reservation',
    booking({ nonfree_baggages: [1] }),
    "unsupported operand type(s) for +=: 'int' and 'list'",
  ],
  [
    'book_reservation',
    booking({ flights: [], insurance: 'yes', passengers: null }),
    "object of type 'NoneType' has no len()",
  ],
  ['update_reservation_passengers', { reservation_id: 'x', passengers: [] }, 'reservation not found'],
  [
    'update_reservation_passengers',
    { reservation_id: 'R1', passengers: [] },
    'number of passengers does not match',
  ],
  ['update_reservation_baggages', { ...bags(1, 1), reservation_id: 'x' }, 'reservation not found'],
  ['update_reservation_baggages', bags(1, null), "unsupported operand type(s) for -: 'NoneType' and 'int'"],
  ['update_reservation_baggages', bags(1, 1, 'x'), 'payment method not found'],
  [
    'update_reservation_baggages',
    bags(1, 1, 'certificate_1'),
    'certificate cannot be used to update reservation',
  ],
  ['update_reservation_baggages', bags(3, 3), 'gift card balance is not enough'],
  ['update_reservation_flights', change({ reservation_id: 'x' }), 'reservation not found'],
  ['update_reservation_flights', change({ flights: [leg('HAT9')] }), 'flight HAT9 not found'],
  ['update_reservation_flights', change({ flights: [leg('HAT1', 'x')] }), 'flight HAT1 not found on date x'],
  ['update_reservation_flights', change({ cabin: null }), 'None'],
  ['update_reservation_flights', change({ cabin: 'basic_economy' }), 'not enough seats on flight HAT1'],
  ['update_reservation_flights', change({ payment_id: 'x' }), 'payment method not found'],
  [
    'update_reservation_flights',
    change({ payment_id: 'certificate_1' }),
    'certificate cannot be used to update reservation',
  ],
  [
    'update_reservation_flights',
    change({ payment_id: 'gift_card_1', cabin: 'business' }),
    'gift card balance is not enough',
  ],
  ['send_certificate', { user_id: 'x', amount: 1 }, 'user not found'],
  ['search_direct_flight', { origin: 'SFO', destination: 'JFK', date: [] }, "unhashable type: 'list'"],
  [
    'search_onestop_flight',
    { origin: 'SFO', destination: 'BOS', date: '2024-05-xx' },
    "invalid literal for int() with base 10: 'xx'",
  ],
  [
    'search_onestop_flight',
    { origin: 'SFO', destination: 'BOS', date: [1, 2, 3] },
    "unhashable type: 'list'",
  ],
  [
    'search_onestop_flight',
    { origin: 'SFO', destination: 'BOS', date: null },
    "'NoneType' object is not subscriptable",
  ],
  ['search_onestop_flight', { origin: 'SFO', destination: 'BOS', date: {} }, "unhashable type: 'dict'"],
];

for (const [tool, args, message] of refusals) {
  test(`${tool} refuses ${JSON.stringify(args)}`, () => {
    const visitor = visit(world);
    assert.equal(visitor.call(tool, args), `Error: ${message}`);
    assert.equal(visitor.database().changes.size, 0);
  });
}
