import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printValue } from '../values/print.ts';
import { airlineWorld, visit } from '../world.testing.ts';
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
} from './requests.testing.ts';

const world = airlineWorld();
const here = () => visit(world);

test('an overnight flight counts the day from the last two characters of the date', () => {
  const lone = { ...airlineWorld() };
  const flights = new Map([...lone.base.get('flights')!].filter(([number]) => number !== 'HAT1'));
  const visitor = visit({ ...lone, base: new Map([...lone.base, ['flights', flights]]) });
  const search = (date: unknown) =>
    visitor.call('search_onestop_flight', { origin: 'SFO', destination: 'BOS', date });
  assert.equal(
    search([1, 2, 3]),
    "Error: int() argument must be a string, a bytes-like object or a real number, not 'list'",
  );
  assert.equal(search({}), "Error: unhashable type: 'slice'");
  assert.equal(search(16), "Error: 'int' object is not subscriptable");
});

test('direct flights are shown with the seats of their date', () => {
  const visitor = here();
  const found = visitor.call('search_direct_flight', search('JFK', '2024-05-17'));
  assert.equal(
    found,
    '[{"flight_number": "HAT1", "origin": "SFO", "destination": "JFK", "scheduled_departure_time_est": "08:00:00", ' +
      '"scheduled_arrival_time_est": "16:00:00", "status": "available", "available_seats": {"basic_economy": 0, ' +
      '"economy": 9, "business": 1}, "prices": {"basic_economy": 70, "economy": 110, "business": 220}}]',
  );
  assert.equal(visitor.call('search_direct_flight', search('XXX', [])), '[]');
  assert.equal(visitor.call('search_direct_flight', search('JFK', '2024-05-01')), '[]');
});

test('a second leg after a night is dated a day later, with the seats of the first day', () => {
  const visitor = here();
  const found = visitor.call('search_onestop_flight', search('BOS'))!;
  assert.deepEqual(journeysIn(found), [
    'HAT1 2024-05-16 100, HAT2 2024-05-16 50',
    'HAT3 2024-05-16 70, HAT2 2024-05-17 50',
    'HAT3 2024-05-16 70, HAT4 2024-05-17 51',
  ]);
  assert.equal(visitor.call('search_onestop_flight', search('BOS', '2024-05-31')), '[]');
});

test('a booking pays, stores the reservation and leaves the seats alone', () => {
  const visitor = here();
  const args = booking({
    flights: [{ price: 1, ...leg('HAT1'), seat: 'A1' }],
    payment_methods: [pay('gift_card_1', 30), pay('certificate_1', 150)],
    total_baggages: 2,
    nonfree_baggages: 1,
    insurance: 'yes',
  });
  const text = visitor.call('book_reservation', args)!;
  assert.match(text, /^\{"reservation_id": "HATHAT", "user_id": "ann_1", .*"insurance": "yes"\}$/);
  assert.match(
    text,
    /"flights": \[\{"price": 100, "flight_number": "HAT1", "date": "2024-05-16", "seat": "A1", "origin": "SFO", "destination": "JFK"\}\]/,
  );
  assert.equal(
    printValue(visitor.at('users', 'ann_1', 'payment_methods', 'gift_card_1')),
    '{"source": "gift_card", "amount": 90, "id": "gift_card_1"}',
  );
  assert.equal(methodsOf(visitor).has('certificate_1'), false);
  assert.deepEqual(visitor.at('users', 'ann_1', 'reservations'), ['R1', 'HATHAT']);
  assert.equal(visitor.database().changes.has('flights'), false);
});

test('the fourth booking overwrites the third', () => {
  const visitor = here();
  for (let i = 0; i < 4; i++) visitor.call('book_reservation', booking());
  assert.deepEqual(visitor.at('users', 'ann_1', 'reservations'), [
    'R1',
    'HATHAT',
    'HATHAU',
    'HATHAV',
    'HATHAV',
  ]);
});

test('paying twice with one certificate fails halfway, and what was done stays done', () => {
  const visitor = here();
  const twice = [pay('gift_card_1', 20), pay('certificate_1', 40), pay('certificate_1', 40)];
  assert.equal(
    visitor.call('book_reservation', booking({ payment_methods: twice })),
    "Error: 'certificate_1'",
  );
  assert.equal(balance(visitor), 100n);
  assert.deepEqual(visitor.at('users', 'ann_1', 'reservations'), ['R1']);
});

test('a gift card that pays twice can be overdrawn, and floats stay floats', () => {
  const visitor = here();
  const args = JSON.stringify(booking({ passengers: [ann, ann] })).replace(
    '[{"payment_id":"credit_card_1","amount":100}]',
    '[{"payment_id": "gift_card_1", "amount": 100.0}, {"payment_id": "gift_card_1", "amount": 100}]',
  );
  visitor.call('book_reservation', args);
  assert.equal(balance(visitor), -80);
});

test('what is empty is stored as it was given, and breaks later calls', () => {
  const visitor = here();
  const text = visitor.call(
    'book_reservation',
    booking({ flights: {}, payment_methods: {}, passengers: 5 }),
  )!;
  assert.match(text, /"flights": \{\}, "passengers": 5, "payment_history": \{\}/);
  const id = { reservation_id: 'HATHAT' };
  assert.equal(visitor.call('cancel_reservation', id), "Error: 'dict' object has no attribute 'extend'");
  assert.equal(
    visitor.call('update_reservation_flights', change(id)),
    "Error: object of type 'int' has no len()",
  );
  assert.equal(
    visitor.call('update_reservation_passengers', { ...id, passengers: [] }),
    "Error: object of type 'int' has no len()",
  );
  const charged = { ...bags(1, 1), ...id };
  assert.equal(
    visitor.call('update_reservation_baggages', charged),
    "Error: 'dict' object has no attribute 'append'",
  );
  assert.equal(visitor.at('reservations', 'HATHAT', 'total_baggages'), 1n);
  assert.equal(balance(visitor), 70n);
});

test('a change without flights refunds everything, even to a record that cannot note it', () => {
  const visitor = here();
  visitor.call('book_reservation', booking({ flights: '', payment_methods: '' }));
  const args = change({ reservation_id: 'HATHAT', payment_id: 'gift_card_1' });
  assert.equal(
    visitor.call('update_reservation_flights', args),
    "Error: 'str' object has no attribute 'append'",
  );
  assert.equal(balance(visitor), 10n);
  assert.equal(printValue(visitor.at('reservations', 'HATHAT', 'flights', 0, 'price')), '110');
  const refunded = here();
  refunded.call('update_reservation_flights', change({ flights: {}, payment_id: 'gift_card_1' }));
  assert.equal(balance(refunded), 210n);
  assert.equal(printValue(refunded.at('reservations', 'R1', 'flights')), '{}');
});

test('a cancellation notes what goes back, and doubles when repeated', () => {
  const visitor = here();
  visitor.call('cancel_reservation', { reservation_id: 'R1' });
  assert.equal(visitor.at('reservations', 'R1', 'payment_history', 1, 'amount'), -90n);
  assert.equal(visitor.at('reservations', 'R1', 'status'), 'cancelled');
  visitor.call('cancel_reservation', { reservation_id: 'R1' });
  assert.equal((visitor.at('reservations', 'R1', 'payment_history') as unknown[]).length, 4);
});

test('bags cost only when there are more of them', () => {
  const visitor = here();
  visitor.call('update_reservation_baggages', bags(3, 2));
  assert.equal(balance(visitor), 20n);
  assert.equal(visitor.at('reservations', 'R1', 'payment_history', 1, 'amount'), 100n);
  visitor.call('update_reservation_baggages', bags('many', 0, 'credit_card_1'));
  assert.equal(visitor.at('reservations', 'R1', 'total_baggages'), 'many');
  assert.equal((visitor.at('reservations', 'R1', 'payment_history') as unknown[]).length, 2);
});

test('a kept flight keeps its price, a new one has its own, and the cabin is not stored', () => {
  const visitor = here();
  const both = change({ flights: [{ ...leg('HAT1'), price: 7 }, leg('HAT2')] });
  visitor.call('update_reservation_flights', both);
  assert.equal(
    printValue(visitor.at('reservations', 'R1', 'flights', 0)),
    '{"flight_number": "HAT1", "date": "2024-05-16", "price": 90, "origin": "SFO", "destination": "JFK"}',
  );
  assert.equal(visitor.at('reservations', 'R1', 'payment_history', 1, 'amount'), 50n);
  visitor.call('update_reservation_flights', { ...both, cabin: 'business' });
  assert.equal(visitor.at('reservations', 'R1', 'cabin'), 'economy');
  assert.equal(visitor.at('reservations', 'R1', 'payment_history', 2, 'amount'), 200n + 100n - 140n);
  const same = here();
  same.call('update_reservation_flights', change({ flights: [leg('HAT1')] }));
  assert.equal((same.at('reservations', 'R1', 'payment_history') as unknown[]).length, 1);
});

test('passengers are replaced by whatever has their number', () => {
  const visitor = here();
  visitor.call('update_reservation_passengers', { reservation_id: 'R1', passengers: 'x' });
  assert.equal(visitor.at('reservations', 'R1', 'passengers'), 'x');
});

test('there are three certificates, and no answer to the request for a fourth', () => {
  const visitor = here();
  const send = (amount: string) =>
    visitor.call('send_certificate', `{"user_id": "ann_1", "amount": ${amount}}`);
  assert.equal(send('50'), 'Certificate certificate_3221322 added to user ann_1 with amount 50.');
  assert.equal(send('1e2'), 'Certificate certificate_3221323 added to user ann_1 with amount 100.0.');
  assert.equal(send('[1, "a"]'), "Certificate certificate_3221324 added to user ann_1 with amount [1, 'a'].");
  assert.equal(send('50'), null);
  assert.equal(visitor.call('get_user_details', { user_id: 'ann_1' })?.includes('certificate_3221324'), true);
});

test('airports are listed with their cities', () => {
  const visitor = here();
  assert.match(visitor.call('list_all_airports', {})!, /^\{"SFO": "San Francisco", .*"LGA": "LaGuardia"\}$/);
  assert.match(visitor.call('get_reservation_details', { reservation_id: 'R1' })!, /"price": 90/);
});
