import { refuse, writing } from '../tools/tool.ts';
import { printValue } from '../values/print.ts';
import { entry, listAt } from '../values/python.ts';
import { isDict, withEntry } from '../values/value.ts';
import { requireBalance } from './items.ts';
import {
  type FindOrder,
  isGiftCard,
  isGiftCardId,
  moveBalance,
  paymentMethodOf,
  pendingOrder,
  transaction,
  userOf,
} from './orders.ts';

/** Moves an order's one payment to another method; the order stays pending (specification, section 6.11). */
export const paymentTool = (findOrder: FindOrder) =>
  writing('modify_pending_order_payment', ['order_id', 'payment_method_id'], (data, orderId, methodId) => {
    const order = findOrder(data, orderId);
    const method = paymentMethodOf(userOf(data, order), methodId);
    const history = listAt(order, 'payment_history').filter(isDict);
    const [first] = history;
    if (!first || history.length > 1 || entry(first, 'transaction_type') !== 'payment') {
      return refuse('there should be exactly one payment for a pending order');
    }
    const oldMethodId = entry(first, 'payment_method_id');
    if (oldMethodId === methodId) {
      refuse('the new payment method should be different from the current one');
    }
    const amount = entry(first, 'amount');
    if (isGiftCard(method)) {
      requireBalance(method, amount, 'insufficient gift card balance to pay for the order');
      moveBalance(data, order, methodId, '-', amount);
    }
    if (isGiftCardId(oldMethodId)) moveBalance(data, order, oldMethodId, '+', amount);
    const moved = withEntry(order, 'payment_history', [
      ...history,
      transaction('payment', amount, methodId),
      transaction('refund', amount, oldMethodId),
    ]);
    data.put('orders', orderId, moved);
    return printValue(moved);
  });

export const modifyPendingOrderPayment = paymentTool(pendingOrder);
