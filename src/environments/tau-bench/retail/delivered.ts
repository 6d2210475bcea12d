/** What can be asked for after delivery: both tools only note the request (specification, sections 6.13 and 6.14). */
import { refuse, writing } from '../tools/tool.ts';
import { printValue } from '../values/print.ts';
import { entry, listAt, rounded } from '../values/python.ts';
import { type Dict, isDict, type Value, withEntries } from '../values/value.ts';
import { type FindReplacements, findReplacements, firstMissing, requireBalance, sortedIds } from './items.ts';
import { isGiftCard, isGiftCardId, orderWithStatus, paymentMethodOf, userOf } from './orders.ts';

/** The tool of a version: which methods it takes besides the order's own, and how it refuses the others. */
export const returnTool = (takes: (methodId: Value, method: Dict) => boolean, refusal: string) =>
  writing(
    'return_delivered_order_items',
    ['order_id', 'item_ids', 'payment_method_id'],
    (data, orderId, itemIds, methodId) => {
      const order = orderWithStatus(data, orderId, 'delivered', 'non-delivered order cannot be returned');
      const method = paymentMethodOf(userOf(data, order), methodId);
      const [firstPayment] = listAt(order, 'payment_history').filter(isDict);
      if (!takes(methodId, method) && methodId !== entry(firstPayment!, 'payment_method_id')) refuse(refusal);
      if (firstMissing(order, itemIds)) refuse('some item not found');
      const returned = withEntries(order, {
        status: 'return requested',
        return_items: sortedIds(itemIds),
        return_payment_method_id: methodId,
      });
      data.put('orders', orderId, returned);
      return printValue(returned);
    },
  );

/** The tool of a version: whatever it exchanges, only a gift card must cover the difference. */
export const exchangeTool = (find: FindReplacements) =>
  writing(
    'exchange_delivered_order_items',
    ['order_id', 'item_ids', 'new_item_ids', 'payment_method_id'],
    (data, orderId, itemIds, newItemIds, methodId) => {
      const order = orderWithStatus(data, orderId, 'delivered', 'non-delivered order cannot be exchanged');
      const difference = rounded(find(data, order, itemIds, newItemIds).difference);
      const method = paymentMethodOf(userOf(data, order), methodId);
      if (isGiftCard(method)) {
        requireBalance(method, difference, 'insufficient gift card balance to pay for the price difference');
      }
      const exchanged = withEntries(order, {
        status: 'exchange requested',
        exchange_items: sortedIds(itemIds),
        exchange_new_items: sortedIds(newItemIds),
        exchange_payment_method_id: methodId,
        exchange_price_difference: difference,
      });
      data.put('orders', orderId, exchanged);
      return printValue(exchanged);
    },
  );

export const returnDeliveredOrderItems = returnTool(
  isGiftCardId,
  'payment method should be either the original payment method or a gift card',
);
export const exchangeDeliveredOrderItems = exchangeTool(findReplacements);
