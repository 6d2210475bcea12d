/** The two changes of address (specification, sections 6.9 and 6.12). */
import { refuse, writing } from '../tools/tool.ts';
import { printValue } from '../values/print.ts';
import { type Dict, type Value, withEntry } from '../values/value.ts';
import { addressOf, addressParameters, type FindOrder, pendingOrder } from './orders.ts';

/** The tools of a version: which orders it calls pending, and how it writes an address. */
export const addressTools = (findOrder: FindOrder, address: (parts: readonly Value[]) => Dict) => ({
  modifyPendingOrderAddress: writing(
    'modify_pending_order_address',
    ['order_id', ...addressParameters],
    (data, orderId, ...parts) => {
      const moved = withEntry(findOrder(data, orderId), 'address', address(parts));
      data.put('orders', orderId, moved);
      return printValue(moved);
    },
  ),
  modifyUserAddress: writing(
    'modify_user_address',
    ['user_id', ...addressParameters],
    (data, userId, ...parts) => {
      const user = data.find('users', userId) ?? refuse('user not found');
      const moved = withEntry(user, 'address', address(parts));
      data.put('users', userId, moved);
      return printValue(moved);
    },
  ),
});

export const { modifyPendingOrderAddress, modifyUserAddress } = addressTools(pendingOrder, addressOf);
