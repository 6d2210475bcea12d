/** Brings records into the shape that τ²-bench's typed models give them: key order, number types, optional fields as null. */
import type { Base, Table } from '../database.ts';
import { dictAt, entry } from '../values/python.ts';
import { type Dict, isDict, type Value, withEntry } from '../values/value.ts';
import { float } from './fields.ts';
import { withOptional } from './models.ts';

const mapped = (table: Table, shape: (record: Dict, id: string) => Dict): Table =>
  new Map([...table].map(([id, record]) => [id, shape(record, id)]));

const orderOptions = [
  'cancel_reason',
  'exchange_items',
  'exchange_new_items',
  'exchange_payment_method_id',
  'exchange_price_difference',
  'return_items',
  'return_payment_method_id',
];

const money: readonly string[] = ['balance', 'amount'];

const shapedMethod = (method: Dict): Dict => {
  const rest = [...method].filter(([key]) => key !== 'source' && key !== 'id');
  return new Map<string, Value>([
    ['source', entry(method, 'source')],
    ['id', entry(method, 'id')],
    ...rest.map(([key, value]): [string, Value] => [
      key,
      money.includes(key) ? (float.read(value) ?? value) : value,
    ]),
  ]);
};

const shapedUser = (user: Dict, id: string): Dict => {
  const methods = [...dictAt(user, 'payment_methods')].map(([method, value]): [string, Value] => [
    method,
    value !== null && typeof value === 'object' && isDict(value) ? shapedMethod(value) : value,
  ]);
  return withEntry(new Map([['user_id', id], ...user]), 'payment_methods', new Map(methods));
};

const shapes: Readonly<Record<string, (record: Dict, id: string) => Dict>> = {
  orders: order => withOptional(order, orderOptions),
  reservations: reservation => withOptional(reservation, ['status']),
  users: shapedUser,
};

/** A database of τ²-bench, or of the first version, as τ²-bench's tools expect it. */
export const shaped = (base: Base): Base =>
  new Map([...base].map(([name, table]) => [name, shapes[name] ? mapped(table, shapes[name]) : table]));
