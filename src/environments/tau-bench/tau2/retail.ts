/** τ²-bench's retail tools: where they differ from the first version's (specification, section 13). */
import { addressTools } from '../retail/addresses.ts';
import { cancelTool } from '../retail/cancel.ts';
import { returnTool } from '../retail/delivered.ts';
import { paymentTool } from '../retail/modify-payment.ts';
import { type FindOrder, isGiftCard } from '../retail/orders.ts';
import { retailTools } from '../retail/tools.ts';
import { think, transferToHumanAgents } from '../tools/common.ts';
import { reading, refuse, type TauTool } from '../tools/tool.ts';
import { printValue } from '../values/print.ts';
import { dictAt, entry, hasKey, raise, typeName } from '../values/python.ts';
import type { Dict, Value } from '../values/value.ts';
import { text } from './fields.ts';
import { listed } from './listed.ts';
import { recordOfType } from './models.ts';
import { exchangeDeliveredOrderItems, modifyPendingOrderItems } from './retail-items.ts';

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

const reasons: readonly Value[] = ['no longer needed', 'ordered by mistake'];

/** The reasons are a set, in which lists and objects cannot even be looked up. */
const cancelPendingOrder = cancelTool(reason =>
  reason !== null && typeof reason === 'object'
    ? raise(`unhashable type: '${typeName(reason)}'`)
    : reasons.includes(reason),
);

const getItemDetails = reading('get_item_details', ['item_id'], (data, itemId) => {
  for (const [, product] of data.records('products')) {
    const variants = dictAt(product, 'variants');
    if (hasKey(variants, itemId)) return printValue(variants.get(itemId)!);
  }
  return raise('Item not found');
});

/** What is new or in the place of a tool of the first version. */
const changed: readonly TauTool[] = [
  cancelPendingOrder,
  exchangeDeliveredOrderItems,
  getItemDetails,
  modifyPendingOrderAddress,
  modifyPendingOrderItems,
  paymentTool(stillPending),
  modifyUserAddress,
  returnTool((_, method) => isGiftCard(method), 'payment method should be the original payment method'),
  { ...transferToHumanAgents, terminating: false },
];
const changedNames = changed.map(tool => tool.name);
const kept = retailTools.filter(tool => tool !== think && !changedNames.includes(tool.name));

export const tau2RetailTools: readonly TauTool[] = listed([...kept, ...changed]);
