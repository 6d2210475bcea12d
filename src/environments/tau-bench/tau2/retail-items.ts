/** τ²-bench's exchange and modification of items. */
import type { Draft } from '../database.ts';
import { firstMissing, itemsOf, requireBalance, sortedIds } from '../retail/items.ts';
import { replaced } from '../retail/modify-items.ts';
import {
  isGiftCard,
  moveBalance,
  orderWithStatus,
  paymentMethodOf,
  transaction,
  userOf,
} from '../retail/orders.ts';
import { writing } from '../tools/tool.ts';
import { printValue } from '../values/print.ts';
import {
  absolute,
  arithmetic,
  dictAt,
  entry,
  hasKey,
  iterate,
  lengthOf,
  lessThan,
  listAt,
  message,
  raise,
  rounded,
  toFloat,
} from '../values/python.ts';
import { type Dict, type Value, withEntries } from '../values/value.ts';

const parameters = ['order_id', 'item_ids', 'new_item_ids', 'payment_method_id'] as const;

interface Replacements {
  /** The new variant of each old item, in order. */
  readonly variants: readonly Dict[];
  readonly difference: bigint | number;
}

const variantFor = (
  data: Draft,
  order: Dict,
  oldId: Value,
  newId: Value,
): readonly [Dict, bigint | number] => {
  const item = itemsOf(order).find(candidate => entry(candidate, 'item_id') === oldId)!;
  const variants = dictAt(data.get('products', entry(item, 'product_id')), 'variants');
  const variant = hasKey(variants, newId) ? dictAt(variants, newId) : raise('Variant not found');
  if (entry(variant, 'available') !== true) raise(message`New item ${newId} not found or available`);
  return [variant, arithmetic(entry(variant, 'price'), '-', entry(item, 'price'))];
};

const replacementsIn = (
  data: Draft,
  order: Dict,
  oldIds: Value,
  newIds: Value,
  mustDiffer: boolean,
): Replacements => {
  const wanted = iterate(newIds);
  let difference: bigint | number = 0n;
  const variants = iterate(oldIds).map((oldId, i) => {
    const newId = wanted[i]!;
    if (mustDiffer && oldId === newId) raise('The new item id should be different from the old item id');
    const [variant, added] = variantFor(data, order, oldId, newId);
    difference = arithmetic(difference, '+', added);
    return variant;
  });
  return { variants, difference };
};

/** The items must differ from the old ones, and all of them get the price and options of the last new one: a defect. */
export const modifyPendingOrderItems = writing(
  'modify_pending_order_items',
  parameters,
  (data, orderId, itemIds, newItemIds, methodId) => {
    const order = orderWithStatus(data, orderId, 'pending', 'Non-pending order cannot be modified');
    const missing = firstMissing(order, itemIds);
    if (missing) raise(message`${missing.id} not found`);
    if (lengthOf(itemIds) !== lengthOf(newItemIds)) raise('The number of items to be exchanged should match');
    const { variants, difference } = replacementsIn(data, order, itemIds, newItemIds, true);
    const method = paymentMethodOf(userOf(data, order), methodId);
    if (isGiftCard(method)) {
      requireBalance(method, difference, 'Insufficient gift card balance to pay for the new item');
      moveBalance(data, order, methodId, '-', difference);
    }
    const last = variants.at(-1);
    const items = iterate(itemIds).reduce<readonly Dict[]>((now, oldId, i) => {
      const variant = withEntries(last!, { item_id: entry(variants[i]!, 'item_id') });
      return replaced(now, { oldId, variant });
    }, itemsOf(order));
    const type = lessThan(0n, difference) ? 'payment' : 'refund';
    const modified = withEntries(order, {
      items,
      status: 'pending (item modified)',
      payment_history: [
        ...listAt(order, 'payment_history'),
        transaction(type, toFloat(absolute(difference)), methodId),
      ],
    });
    data.put('orders', orderId, modified);
    return printValue(modified);
  },
);

export const exchangeDeliveredOrderItems = writing(
  'exchange_delivered_order_items',
  parameters,
  (data, orderId, itemIds, newItemIds, methodId) => {
    const order = orderWithStatus(data, orderId, 'delivered', 'Non-delivered order cannot be exchanged');
    const missing = firstMissing(order, itemIds);
    if (missing) raise(message`Number of ${missing.id} not found.`);
    if (lengthOf(itemIds) !== lengthOf(newItemIds))
      raise('The number of items to be exchanged should match.');
    const difference = rounded(replacementsIn(data, order, itemIds, newItemIds, false).difference);
    const method = paymentMethodOf(userOf(data, order), methodId);
    if (isGiftCard(method)) {
      requireBalance(method, difference, 'Insufficient gift card balance to pay for the price difference');
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
