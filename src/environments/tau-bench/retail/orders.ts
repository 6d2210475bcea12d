/** What the tools that change an order have in common. */
import type { Draft } from '../database.ts';
import { refuse } from '../tools/tool.ts';
import { arithmetic, dictAt, entry, hasKey, rounded } from '../values/python.ts';
import { type Dict, dict, type Value, withEntry } from '../values/value.ts';

/** The order, if it is there and its status is exactly the one that the tool can work on. */
export const orderWithStatus = (data: Draft, orderId: Value, status: string, refusal: string): Dict => {
  const order = data.find('orders', orderId) ?? refuse('order not found');
  if (entry(order, 'status') !== status) refuse(refusal);
  return order;
};

/** Finds an order that can be modified. @throws PythonError if it cannot */
export type FindOrder = (data: Draft, orderId: Value) => Dict;

export const pendingOrder: FindOrder = (data, orderId) =>
  orderWithStatus(data, orderId, 'pending', 'non-pending order cannot be modified');

export const userOf = (data: Draft, order: Dict): Dict => data.get('users', entry(order, 'user_id'));

/** The user's payment method with this id. */
export const paymentMethodOf = (user: Dict, id: Value): Dict => {
  const methods = dictAt(user, 'payment_methods');
  return hasKey(methods, id) ? dictAt(methods, id) : refuse('payment method not found');
};

export const isGiftCard = (method: Dict): boolean => entry(method, 'source') === 'gift_card';

/** The second way in which the original recognises a gift card. */
export const isGiftCardId = (id: Value): boolean => String(id).includes('gift_card');

/** Adds to, or takes from, the balance of a gift card of the order's user. */
export const moveBalance = (
  data: Draft,
  order: Dict,
  cardId: Value,
  sign: '+' | '-',
  amount: Value,
): void => {
  const user = userOf(data, order);
  const methods = dictAt(user, 'payment_methods');
  const card = dictAt(methods, cardId);
  const balance = rounded(arithmetic(entry(card, 'balance'), sign, amount));
  const changed = withEntry(methods, String(cardId), withEntry(card, 'balance', balance));
  data.put('users', entry(order, 'user_id'), withEntry(user, 'payment_methods', changed));
};

/** An entry of an order's payment history. */
export const transaction = (type: 'payment' | 'refund', amount: Value, methodId: Value): Dict =>
  dict({ transaction_type: type, amount, payment_method_id: methodId });

/** An address as the tools write it: its keys stand in another order than in the data. */
export const addressOf = (parts: readonly Value[]): Dict => {
  const [address1, address2, city, state, country, zip] = parts as [Value, Value, Value, Value, Value, Value];
  return dict({ address1, address2, city, state, country, zip });
};
export const addressParameters = ['address1', 'address2', 'city', 'state', 'country', 'zip'] as const;
