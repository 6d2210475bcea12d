/** How customers pay: the same in both versions of the benchmark. */
import type { Draft } from '../database.ts';
import { refuse } from '../tools/tool.ts';
import { pythonEqual } from '../values/equal.ts';
import { arithmetic, dictAt, entry, field, hasKey, iterate, lessThan, message } from '../values/python.ts';
import { type Dict, type Value, withEntry, withoutEntry } from '../values/value.ts';

export const methodsOf = (user: Dict): Dict => dictAt(user, 'payment_methods');

/** Takes an amount from a gift card, unrounded. */
const spend = (data: Draft, userId: Value, cardId: Value, amount: Value): void => {
  const user = data.get('users', userId);
  const methods = methodsOf(user);
  const card = dictAt(methods, cardId);
  const left = withEntry(card, 'amount', arithmetic(entry(card, 'amount'), '-=', amount));
  data.put('users', userId, withEntry(user, 'payment_methods', withEntry(methods, String(cardId), left)));
};

/** Refuses payments for a booking that are not covered, or do not add up to its price. */
export const checkPayments = (data: Draft, userId: Value, payments: Value, total: Value): void => {
  const methods = methodsOf(data.get('users', userId));
  for (const payment of iterate(payments)) {
    const id = field(payment, 'payment_id');
    const amount = field(payment, 'amount');
    if (!hasKey(methods, id)) refuse(message`payment method ${id} not found`);
    const method = dictAt(methods, id);
    const keepsAccount = ['gift_card', 'certificate'].includes(String(entry(method, 'source')));
    if (keepsAccount && lessThan(entry(method, 'amount'), amount)) {
      refuse(message`not enough balance in payment method ${id}`);
    }
  }
  const paid = iterate(payments).reduce<Value>(
    (sum, payment) => arithmetic(sum, '+', field(payment, 'amount')),
    0n,
  );
  if (!pythonEqual(paid, total)) {
    refuse(message`payment amount does not add up, total price is ${total}, but paid ${paid}`);
  }
};

/** Takes the money. A certificate goes as a whole, so one that pays twice is missing the second time. */
export const pay = (data: Draft, userId: Value, payments: Value): void => {
  for (const payment of iterate(payments)) {
    const id = field(payment, 'payment_id');
    const user = data.get('users', userId);
    const methods = methodsOf(user);
    const source = entry(dictAt(methods, id), 'source');
    if (source === 'gift_card') spend(data, userId, id, field(payment, 'amount'));
    if (source === 'certificate') {
      data.put('users', userId, withEntry(user, 'payment_methods', withoutEntry(methods, String(id))));
    }
  }
};

/** Pays for a change of a reservation, by one method that is no certificate. */
export const payForChange = (data: Draft, userId: Value, methodId: Value, price: Value): void => {
  const methods = methodsOf(data.get('users', userId));
  if (!hasKey(methods, methodId)) refuse('payment method not found');
  const method = dictAt(methods, methodId);
  const source = entry(method, 'source');
  if (source === 'certificate') refuse('certificate cannot be used to update reservation');
  if (source !== 'gift_card') return;
  if (lessThan(entry(method, 'amount'), price)) refuse('gift card balance is not enough');
  spend(data, userId, methodId, price);
};
