/** Requests that airline's tools grant, to be spoilt by tests. */

export const ann = { first_name: 'Ann', last_name: 'Li', dob: '1990-01-01' };
export const leg = (flight_number: unknown, date: unknown = '2024-05-16') => ({ flight_number, date });
export const pay = (payment_id: unknown, amount: unknown) => ({ payment_id, amount });
/** A booking that succeeds, but for what is changed. */
export const booking = (changes: object = {}) => ({
  user_id: 'ann_1',
  origin: 'SFO',
  destination: 'JFK',
  flight_type: 'one_way',
  cabin: 'economy',
  flights: [leg('HAT1')],
  passengers: [ann],
  payment_methods: [pay('credit_card_1', 100)],
  total_baggages: 0,
  nonfree_baggages: 0,
  insurance: 'no',
  ...changes,
});
export const change = (changes: object = {}) => ({
  reservation_id: 'R1',
  cabin: 'economy',
  flights: [leg('HAT1', '2024-05-17')],
  payment_id: 'credit_card_1',
  ...changes,
});
export const bags = (total: unknown, nonfree: unknown, payment_id: unknown = 'gift_card_1') => ({
  reservation_id: 'R1',
  total_baggages: total,
  nonfree_baggages: nonfree,
  payment_id,
});
