/** Requests to retail's tools, and what tests look up after them. */
import type { Value } from '../values/value.ts';
import type { Visitor } from '../world.testing.ts';

export const address = { address1: 'a', address2: 'b', city: 'c', state: 'd', country: 'e', zip: 'f' };
/** Items to be replaced by others. */
export const items = (
  order_id: string,
  item_ids: readonly unknown[],
  new_item_ids: readonly unknown[],
  payment_method_id = 'credit_card_1',
) => ({ order_id, item_ids, new_item_ids, payment_method_id });
/** An order to be paid by another method. */
export const payment = (order_id: string, payment_method_id: string) => ({ order_id, payment_method_id });
/** Items to be given back. */
export const returning = (order_id: string, item_ids: readonly string[], payment_method_id: string) => ({
  order_id,
  item_ids,
  payment_method_id,
});

/** What is on Ann's gift card. */
export const balance = (visitor: Visitor): Value =>
  visitor.at('users', 'ann_1', 'payment_methods', 'gift_card_1', 'balance');
