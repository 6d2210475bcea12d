/** τ²-bench's retail tools: where they differ from the first version's (specification, section 13). */
import { addressTools } from '../retail/addresses.ts';
import { cancelPendingOrder } from '../retail/cancel.ts';
import { firstMissing, sortedIds } from '../retail/items.ts';
import {
  findUserIdByEmail,
  findUserIdByNameZip,
  getOrderDetails,
  getProductDetails,
  getUserDetails,
  listAllProductTypes,
} from '../retail/lookups.ts';
import { paymentTool } from '../retail/modify-payment.ts';
import { type FindOrder, isGiftCard, orderWithStatus, paymentMethodOf, userOf } from '../retail/orders.ts';
import { calculate } from '../tools/calculate.ts';
import { transferToHumanAgents } from '../tools/common.ts';
import { reading, refuse, type TauTool, writing } from '../tools/tool.ts';
import { printValue } from '../values/print.ts';
import { dictAt, entry, hasKey, listAt, raise } from '../values/python.ts';
import { type Dict, isDict, type Value, withEntries } from '../values/value.ts';
import { recordOfType, text } from './models.ts';
import { exchangeDeliveredOrderItems, modifyPendingOrderItems } from './retail-items.ts';
import { capitalised } from './reword.ts';

/** Pending, or pending with modified items. */
const stillPending: FindOrder = (data, orderId) => {
  const order = data.find('orders', orderId) ?? refuse('order not found');
  if (!String(entry(order, 'status')).includes('pending')) refuse('non-pending order cannot be modified');
  return order;
};

const addressFields = { address1: text, address2: text, city: text, country: text, state: text, zip: text };

const address = ([address1, address2, city, state, country, zip]: readonly Value[]): Dict => {
  const given = { address1, address2, city, country, state, zip } as Readonly<Record<string, Value>>;
  return recordOfType('UserAddress', addressFields, new Map(Object.entries(given)));
};

const { modifyPendingOrderAddress, modifyUserAddress } = addressTools(stillPending, address);

const getItemDetails = reading('get_item_details', ['item_id'], (data, itemId) => {
  for (const [, product] of data.records('products')) {
    const variants = dictAt(product, 'variants');
    if (hasKey(variants, itemId)) return printValue(variants.get(itemId)!);
  }
  return raise('Item not found');
});

const returnDeliveredOrderItems = writing(
  'return_delivered_order_items',
  ['order_id', 'item_ids', 'payment_method_id'],
  (data, orderId, itemIds, methodId) => {
    const order = orderWithStatus(data, orderId, 'delivered', 'Non-delivered order cannot be returned');
    const method = paymentMethodOf(userOf(data, order), methodId);
    const [firstPayment] = listAt(order, 'payment_history').filter(isDict);
    if (!isGiftCard(method) && methodId !== entry(firstPayment!, 'payment_method_id')) {
      raise('Payment method should be the original payment method');
    }
    if (firstMissing(order, itemIds)) raise('Some item not found');
    const returned = withEntries(order, {
      status: 'return requested',
      return_items: sortedIds(itemIds),
      return_payment_method_id: methodId,
    });
    data.put('orders', orderId, returned);
    return printValue(returned);
  },
);

/** In the order of their names, as the original lists them. */
export const tau2RetailTools: readonly TauTool[] = [
  calculate,
  cancelPendingOrder,
  exchangeDeliveredOrderItems,
  findUserIdByEmail,
  findUserIdByNameZip,
  getItemDetails,
  getOrderDetails,
  getProductDetails,
  getUserDetails,
  listAllProductTypes,
  modifyPendingOrderAddress,
  modifyPendingOrderItems,
  paymentTool(stillPending),
  modifyUserAddress,
  returnDeliveredOrderItems,
  { ...transferToHumanAgents, terminating: false },
].map(capitalised);
