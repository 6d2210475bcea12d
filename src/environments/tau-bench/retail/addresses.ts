/** The two changes of address (specification, sections 6.9 and 6.12). */
import { writing } from '../tools/tool.ts';
import { printValue } from '../values/print.ts';
import { raise } from '../values/python.ts';
import { withEntry } from '../values/value.ts';
import { addressOf, addressParameters, orderWithStatus } from './orders.ts';

export const modifyPendingOrderAddress = writing(
  'modify_pending_order_address',
  ['order_id', ...addressParameters],
  (data, orderId, ...parts) => {
    const order = orderWithStatus(data, orderId, 'pending', 'non-pending order cannot be modified');
    const moved = withEntry(order, 'address', addressOf(parts));
    data.put('orders', orderId, moved);
    return printValue(moved);
  },
);

export const modifyUserAddress = writing(
  'modify_user_address',
  ['user_id', ...addressParameters],
  (data, userId, ...parts) => {
    const user = data.find('users', userId) ?? raise('user not found');
    const moved = withEntry(user, 'address', addressOf(parts));
    data.put('users', userId, moved);
    return printValue(moved);
  },
);
