import { writing } from '../tools/tool.ts';
import { printValue } from '../values/print.ts';
import { absolute, entry, lessThan, listAt } from '../values/python.ts';
import { type Dict, withEntries } from '../values/value.ts';
import {
  type FindReplacements,
  findReplacements,
  itemsOf,
  type Replacement,
  requireBalance,
} from './items.ts';
import { isGiftCard, moveBalance, paymentMethodOf, pendingOrder, transaction, userOf } from './orders.ts';

/** Replaces the first item that *now* has the old id: a chain of pairs changes one item twice, as in the original. */
const replaced = (items: readonly Dict[], { oldId, variant }: Replacement): readonly Dict[] => {
  const index = items.findIndex(item => entry(item, 'item_id') === oldId);
  return items.map((item, i) =>
    i === index
      ? withEntries(item, {
          item_id: entry(variant, 'item_id'),
          price: entry(variant, 'price'),
          options: entry(variant, 'options'),
        })
      : item,
  );
};

/** The tool of a version: changes a pending order, books the difference unrounded (specification, section 6.10). */
export const modifyItemsTool = (find: FindReplacements) =>
  writing(
    'modify_pending_order_items',
    ['order_id', 'item_ids', 'new_item_ids', 'payment_method_id'],
    (data, orderId, itemIds, newItemIds, methodId) => {
      const order = pendingOrder(data, orderId);
      const { pairs, difference } = find(data, order, itemIds, newItemIds);
      const method = paymentMethodOf(userOf(data, order), methodId);
      if (isGiftCard(method)) {
        requireBalance(method, difference, 'insufficient gift card balance to pay for the new item');
        moveBalance(data, order, methodId, '-', difference);
      }
      const type = lessThan(0n, difference) ? 'payment' : 'refund';
      const modified = withEntries(order, {
        items: pairs.reduce(replaced, itemsOf(order)),
        status: 'pending (item modified)',
        payment_history: [
          ...listAt(order, 'payment_history'),
          transaction(type, absolute(difference), methodId),
        ],
      });
      data.put('orders', orderId, modified);
      return printValue(modified);
    },
  );

export const modifyPendingOrderItems = modifyItemsTool(findReplacements);
