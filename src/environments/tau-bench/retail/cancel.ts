import { refuse, writing } from '../tools/tool.ts';
import { printValue } from '../values/print.ts';
import { entry, listAt } from '../values/python.ts';
import { isDict, type Value, withEntries } from '../values/value.ts';
import { isGiftCardId, moveBalance, orderWithStatus, transaction } from './orders.ts';

/**
 * Refunds every entry of the payment history, earlier refunds among them (specification, section 6.8).
 * @param isReason whether a reason is one of the two
 */
export const cancelTool = (isReason: (reason: Value) => boolean) =>
  writing('cancel_pending_order', ['order_id', 'reason'], (data, orderId, reason) => {
    const order = orderWithStatus(data, orderId, 'pending', 'non-pending order cannot be cancelled');
    if (!isReason(reason)) refuse('invalid reason');
    const history = listAt(order, 'payment_history').filter(isDict);
    const refunds = history.map(payment => {
      const amount = entry(payment, 'amount');
      const method = entry(payment, 'payment_method_id');
      if (isGiftCardId(method)) moveBalance(data, order, method, '+', amount);
      return transaction('refund', amount, method);
    });
    const cancelled = withEntries(order, {
      status: 'cancelled',
      cancel_reason: reason,
      payment_history: [...history, ...refunds],
    });
    data.put('orders', orderId, cancelled);
    return printValue(cancelled);
  });

const reasons: readonly Value[] = ['no longer needed', 'ordered by mistake'];

export const cancelPendingOrder = cancelTool(reason => reasons.includes(reason));
