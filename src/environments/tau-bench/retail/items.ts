/** Checks of the items that a customer wants to give back or have replaced. */
import type { Draft } from '../database.ts';
import { refuse } from '../tools/tool.ts';
import { byCodePoint } from '../values/print.ts';
import {
  arithmetic,
  countOf,
  dictAt,
  entry,
  hasKey,
  iterate,
  lengthOf,
  lessThan,
  listAt,
  message,
  raise,
} from '../values/python.ts';
import { type Dict, isDict, type List, type Value } from '../values/value.ts';

export const itemsOf = (order: Dict): readonly Dict[] => listAt(order, 'items').filter(isDict);

/** The first id that is wanted more often than the order has it; undefined if there is none. */
export const firstMissing = (order: Dict, wanted: Value): { readonly id: Value } | undefined => {
  const owned = itemsOf(order).map(item => entry(item, 'item_id'));
  for (const id of iterate(wanted)) if (countOf(wanted, id) > countOf(owned, id)) return { id };
  return undefined;
};

export interface Replacement {
  readonly oldId: Value;
  /** The variant that replaces it. */
  readonly variant: Dict;
}
export interface Replacements {
  readonly pairs: readonly Replacement[];
  /** What the customer has to pay on top, or gets back if negative: integer 0 without pairs, else unrounded. */
  readonly difference: bigint | number;
}

/** Finds what replaces an order's items. @throws PythonError if it cannot all be replaced */
export type FindReplacements = (data: Draft, order: Dict, oldIds: Value, newIds: Value) => Replacements;

/** The variant of a product that has the new id. @throws PythonError if it cannot replace the old one */
export type VariantFor = (variants: Dict, newId: Value, oldId: Value) => Dict;

/** What differs between the versions. */
interface ReplacementRules {
  /** Said of an item that the order has not, or not as often; as it stands, for it may begin with the id. */
  readonly missing: (id: Value) => string;
  /** Said to lists of different lengths. */
  readonly unequal: string;
  readonly variantFor: VariantFor;
}

/** Pairs old items with their new variants and sums the prices (specification, section 6.10, checks 3 to 5). */
export const replacementFinder =
  ({ missing, unequal, variantFor }: ReplacementRules): FindReplacements =>
  (data, order, oldIds, newIds) => {
    const lacking = firstMissing(order, oldIds);
    if (lacking) raise(missing(lacking.id));
    if (lengthOf(oldIds) !== lengthOf(newIds)) refuse(unequal);
    const wanted: List = iterate(newIds);
    let difference: bigint | number = 0n;
    const pairs = iterate(oldIds).map((oldId, i): Replacement => {
      const item = itemsOf(order).find(candidate => entry(candidate, 'item_id') === oldId)!;
      const variants = dictAt(data.get('products', entry(item, 'product_id')), 'variants');
      const variant = variantFor(variants, wanted[i]!, oldId);
      const added = arithmetic(entry(variant, 'price'), '-', entry(item, 'price'));
      difference = arithmetic(difference, '+', added);
      return { oldId, variant };
    });
    return { pairs, difference };
  };

/** By the first version's rules. */
export const findReplacements = replacementFinder({
  missing: id => message`${id} not found`,
  unequal: 'the number of items to be exchanged should match',
  variantFor: (variants, newId) => {
    const variant = hasKey(variants, newId) ? dictAt(variants, newId) : undefined;
    return variant && entry(variant, 'available') === true
      ? variant
      : refuse(message`new item ${newId} not found or available`);
  },
});

/** Refuses a gift card that cannot pay. `refusal` is the tool's own wording. */
export const requireBalance = (card: Dict, amount: Value, refusal: string): void => {
  if (lessThan(entry(card, 'balance'), amount)) refuse(refusal);
};

/** The ids that an order's record keeps, sorted. */
export const sortedIds = (ids: Value): List => iterate(ids).map(String).sort(byCodePoint);
