/** Two small worlds in the shape of the benchmark's, for tests that need no data. */

import { airlineTools } from './airline/tools.ts';
import { type Base, pristine } from './database.ts';
import type { TauDomain } from './domain.ts';
import { retailTools } from './retail/tools.ts';
import type { TauTask } from './task.ts';
import { tau2AirlineTools } from './tau2/airline.ts';
import { tau2RetailTools } from './tau2/retail.ts';
import { shaped } from './tau2/shape.ts';
import { bindToClass, bindToMethod, runTool, type TauTool } from './tools/tool.ts';
import { readValue } from './values/read.ts';
import { type Dict, isDict, type Value } from './values/value.ts';

const address =
  '{"address1": "1 Oak Street", "address2": "", "city": "Denver", "country": "USA", "state": "CO", "zip": "80279"}';

const item = (name: string, product: string, id: string, price: string): string =>
  `{"name": "${name}", "product_id": "${product}", "item_id": "${id}", "price": ${price}, "options": {"color": "${id}"}}`;

const order = (
  id: string,
  status: string,
  items: readonly string[],
  amount: string,
  method: string,
): string =>
  `"${id}": {"order_id": "${id}", "user_id": "ann_1", "address": ${address}, "items": [${items.join(', ')}],
    "fulfillments": [], "status": "${status}",
    "payment_history": [{"transaction_type": "payment", "amount": ${amount}, "payment_method_id": "${method}"}]}`;

const variant = (id: string, price: string, available = true): string =>
  `"${id}": {"item_id": "${id}", "options": {"color": "${id}"}, "available": ${available}, "price": ${price}}`;

/** Item ids look like integers, out of order, as in the data. */
const retail = `{
  "orders": {
    ${order('#W1', 'pending', [item('Mug', '500', '20', '10.0'), item('Mug', '500', '10', '12.5')], '22.5', 'gift_card_1')},
    ${order('#W2', 'delivered', [item('Mug', '500', '20', '10.0'), item('Pen', '600', '70', '3.1')], '13.1', 'credit_card_1')},
    ${order('#W3', 'processed', [item('Pen', '600', '70', '3.1')], '3.1', 'credit_card_1')},
    ${order('#W4', 'pending', [item('Mug', '500', '20', '10.0'), item('Mug', '500', '20', '10.0')], '20.0', 'credit_card_1')},
    ${order('#W5', 'pending', [item('Mug', '500', '30', '99.99')], '99.99', 'credit_card_1')}
  },
  "products": {
    "500": {"name": "Mug", "product_id": "500", "variants": {
      ${variant('20', '10.0')}, ${variant('10', '12.5')}, ${variant('30', '99.99')}, ${variant('40', '11.0', false)}}},
    "600": {"name": "LED Pen", "product_id": "600", "variants": {${variant('70', '3.1')}, ${variant('80', '4.2')}}}
  },
  "users": {
    "ann_1": {"name": {"first_name": "Ann", "last_name": "Ö'Neil"}, "address": ${address}, "email": "Ann@example.com",
      "payment_methods": {
        "gift_card_1": {"source": "gift_card", "balance": 46, "id": "gift_card_1"},
        "credit_card_1": {"source": "credit_card", "brand": "visa", "last_four": "1234", "id": "credit_card_1"},
        "paypal_1": {"source": "paypal", "id": "paypal_1"}},
      "orders": ["#W1", "#W2", "#W3", "#W4", "#W5"]},
    "bob_2": {"name": {"first_name": "Bob", "last_name": "Li"}, "address": ${address}, "email": "bob@example.com",
      "payment_methods": {}, "orders": []}
  }
}`;

const available = (seats: number, price: number): string =>
  `{"status": "available", "available_seats": {"basic_economy": 0, "economy": ${seats}, "business": 1},
    "prices": {"basic_economy": ${price - 40}, "economy": ${price}, "business": ${price * 2}}}`;

const flight = (
  number: string,
  origin: string,
  destination: string,
  times: string,
  dates: string,
): string => {
  const [departure, arrival] = times.split(' ');
  return `"${number}": {"flight_number": "${number}", "origin": "${origin}", "destination": "${destination}",
    "scheduled_departure_time_est": "${departure}", "scheduled_arrival_time_est": "${arrival}", "dates": {${dates}}}`;
};

const airline = `{
  "flights": {
    ${flight('HAT1', 'SFO', 'JFK', '08:00:00 16:00:00', `"2024-05-16": ${available(4, 100)}, "2024-05-17": ${available(9, 110)}, "2024-05-01": {"status": "landed"}`)},
    ${flight('HAT2', 'JFK', 'BOS', '17:00:00 18:00:00', `"2024-05-16": ${available(9, 50)}, "2024-05-17": ${available(9, 60)}`)},
    ${flight('HAT3', 'SFO', 'JFK', '22:00:00 02:00:00+1', `"2024-05-16": ${available(9, 70)}`)},
    ${flight('HAT4', 'JFK', 'BOS', '06:00:00 07:00:00', `"2024-05-16": ${available(9, 51)}, "2024-05-17": ${available(9, 61)}`)}
  },
  "reservations": {
    "R1": {"reservation_id": "R1", "user_id": "ann_1", "origin": "SFO", "destination": "JFK", "flight_type": "one_way",
      "cabin": "economy",
      "flights": [{"origin": "SFO", "destination": "JFK", "flight_number": "HAT1", "date": "2024-05-16", "price": 90}],
      "passengers": [{"first_name": "Ann", "last_name": "Li", "dob": "1990-01-01"}],
      "payment_history": [{"payment_id": "gift_card_1", "amount": 90}], "created_at": "2024-05-01T00:00:00",
      "total_baggages": 1, "nonfree_baggages": 0, "insurance": "no"}
  },
  "users": {
    "ann_1": {"name": {"first_name": "Ann", "last_name": "Li"}, "address": ${address}, "email": "ann@example.com",
      "dob": "1990-01-01",
      "payment_methods": {
        "gift_card_1": {"source": "gift_card", "amount": 120, "id": "gift_card_1"},
        "certificate_1": {"source": "certificate", "amount": 150, "id": "certificate_1"},
        "credit_card_1": {"source": "credit_card", "brand": "visa", "last_four": "1234", "id": "credit_card_1"}},
      "saved_passengers": [], "membership": "gold", "reservations": ["R1"]}
  }
}`;

const baseOf = (text: string): Base => readValue(text, 'world') as unknown as Base;

const domain = (
  name: string,
  base: Base,
  tools: readonly TauTool[],
  more: Pick<TauDomain, 'bind' | 'unknownTool'>,
): TauDomain => ({
  name,
  policy: 'Be kind.',
  base,
  tools: new Map(tools.map(tool => [tool.name, tool])),
  schemas: tools.map(({ name, mutating }) => ({ name, description: name, parameters: {}, mutating })),
  splits: new Map(),
  remarks: ['a small world'],
  truths: new WeakMap(),
  ...more,
});

const first = (name: string) => ({
  bind: bindToClass(name),
  unknownTool: (tool: string) => `Unknown action ${tool}`,
});
const second = (className: string) => ({
  bind: bindToMethod(className),
  unknownTool: (tool: string) => `Error: Tool '${tool}' not found.`,
});

export const retailWorld = (): TauDomain => domain('retail', baseOf(retail), retailTools, first('retail'));
export const airlineWorld = (): TauDomain =>
  domain('airline', baseOf(airline), airlineTools, first('airline'));
export const tau2RetailWorld = (): TauDomain =>
  domain('tau2-retail', shaped(baseOf(retail)), tau2RetailTools, second('RetailTools'));
export const tau2AirlineWorld = (): TauDomain =>
  domain('tau2-airline', shaped(baseOf(airline)), tau2AirlineTools, second('AirlineTools'));

/** A conversation with a world: each call goes on from the state that the one before left. */
export const visit = (world: TauDomain) => {
  let database = pristine(world.base);
  return {
    /** What a tool says to arguments given as JSON text, or as a plain object without floats. */
    call: (name: string, args: string | object): string | null => {
      const text = typeof args === 'string' ? args : JSON.stringify(args);
      const given = readValue(text, 'arguments');
      const outcome = runTool(database, world.tools.get(name)!, given as Dict, world.bind);
      database = outcome.database;
      return outcome.observation;
    },
    database: () => database,
    /** Part of a record, by keys and indices. */
    at: (table: string, id: string, ...path: readonly (string | number)[]): Value => {
      let value: Value = database.changes.get(table)?.get(id) ?? database.base.get(table)!.get(id)!;
      for (const key of path) {
        value =
          value !== null && typeof value === 'object' && isDict(value)
            ? value.get(String(key))!
            : (value as readonly Value[])[Number(key)]!;
      }
      return value;
    },
  };
};

export type Visitor = ReturnType<typeof visit>;

/** A task of no split. */
export const taskOf = (
  actions: readonly (readonly [string, string])[],
  more: Partial<TauTask> = {},
): TauTask => ({
  id: 'world/0',
  type: 'test',
  index: 0,
  instructions: ['You are Ann.'],
  actions: actions.map(([name, args]) => ({
    name,
    arguments: args,
    writes: /^(cancel|modify|book|update)/.test(name),
  })),
  outputs: [],
  outputsCount: true,
  assertions: [],
  ...more,
});
