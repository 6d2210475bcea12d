/** Requests that airline's tools grant, to be spoilt by tests, and what tests look up after them. */
import type { Value } from '../values/value.ts';
import type { Visitor } from '../world.testing.ts';

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
/** A search for flights from SFO. */
export const search = (destination: string, date: unknown = '2024-05-16') => ({
  origin: 'SFO',
  destination,
  date,
});

interface Leg {
  readonly flight_number: string;
  readonly date: string;
  readonly prices: { readonly economy: number };
}
/** What a search with one stop found: for each journey its flights, their dates and prices. */
export const journeysIn = (found: string): readonly string[] =>
  (JSON.parse(found) as readonly (readonly Leg[])[]).map(legs =>
    legs.map(({ flight_number, date, prices }) => `${flight_number} ${date} ${prices.economy}`).join(', '),
  );

export const methodsOf = (visitor: Visitor) =>
  visitor.at('users', 'ann_1', 'payment_methods') as ReadonlyMap<string, Value>;

/** What is on Ann's gift card. */
export const balance = (visitor: Visitor): Value =>
  visitor.at('users', 'ann_1', 'payment_methods', 'gift_card_1', 'amount');
