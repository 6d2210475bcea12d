/** How τ²-bench replaces items. */
import { exchangeTool } from '../retail/delivered.ts';
import { type FindReplacements, replacementFinder, type VariantFor } from '../retail/items.ts';
import { modifyItemsTool } from '../retail/modify-items.ts';
import { dictAt, entry, hasKey, message, raise, toFloat } from '../values/python.ts';
import { withEntries } from '../values/value.ts';

const variantFor: VariantFor = (variants, newId) => {
  const variant = hasKey(variants, newId) ? dictAt(variants, newId) : raise('Variant not found');
  if (entry(variant, 'available') !== true) raise(message`New item ${newId} not found or available`);
  return variant;
};

const otherVariantFor: VariantFor = (variants, newId, oldId) => {
  if (oldId === newId) raise('The new item id should be different from the old item id');
  return variantFor(variants, newId, oldId);
};

const findModifications = replacementFinder({
  missing: id => message`${id} not found`,
  unequal: 'the number of items to be exchanged should match',
  variantFor: otherVariantFor,
});

const findExchanges = replacementFinder({
  missing: id => message`Number of ${id} not found.`,
  unequal: 'the number of items to be exchanged should match.',
  variantFor,
});

/** All items get the price and options of the last new one, a defect of the original; what is paid is a float. */
const findModificationsAsMade: FindReplacements = (data, order, oldIds, newIds) => {
  const { pairs, difference } = findModifications(data, order, oldIds, newIds);
  const last = pairs.at(-1)?.variant;
  const made = pairs.map(({ oldId, variant }) => ({
    oldId,
    variant: withEntries(last!, { item_id: entry(variant, 'item_id') }),
  }));
  return { pairs: made, difference: toFloat(difference) };
};

export const modifyPendingOrderItems = modifyItemsTool(findModificationsAsMade);
export const exchangeDeliveredOrderItems = exchangeTool(findExchanges);
