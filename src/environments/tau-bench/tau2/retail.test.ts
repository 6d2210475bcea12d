import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testRefusals } from '../refusals.testing.ts';
import { address, balance, items, payment, returning } from '../retail/requests.testing.ts';
import { printValue } from '../values/print.ts';
import { tau2RetailWorld, visit } from '../world.testing.ts';

const world = tau2RetailWorld();
const here = () => visit(world);

testRefusals(world, [
  ['get_order_details', { order_id: 'x' }, 'Order not found'],
  ['get_item_details', { item_id: '500' }, 'Item not found'],
  [
    'get_user_details',
    {},
    "RetailTools.get_user_details() missing 1 required positional argument: 'user_id'",
  ],
  ['get_user_details', { user_id: [] }, "unhashable type: 'list'"],
  ['find_user_id_by_email', { email: 'x' }, 'User not found'],
  ['cancel_pending_order', { order_id: '#W2', reason: 'x' }, 'Non-pending order cannot be cancelled'],
  ['cancel_pending_order', { order_id: '#W1', reason: 'x' }, 'Invalid reason'],
  ['cancel_pending_order', { order_id: '#W1', reason: [] }, "unhashable type: 'list'"],
  ['modify_pending_order_address', { order_id: '#W2', ...address }, 'Non-pending order cannot be modified'],
  ['modify_pending_order_address', { order_id: '#W9', ...address }, 'Order not found'],
  ['modify_user_address', { user_id: 'x', ...address }, 'User not found'],
  [
    'modify_user_address',
    { user_id: 'ann_1', ...address, zip: 5 },
    '1 validation error for UserAddress\nzip\n  Input should be a valid string [type=string_type, input_value=5, input_type=int]\n    For further information visit https://errors.pydantic.dev/2.13/v/string_type',
  ],
  ['modify_pending_order_payment', payment('#W2', 'paypal_1'), 'Non-pending order cannot be modified'],
  ['modify_pending_order_payment', payment('#W1', 'x'), 'Payment method not found'],
  ['modify_pending_order_items', items('#W2', ['20'], ['30']), 'Non-pending order cannot be modified'],
  ['modify_pending_order_items', items('#W1', ['70'], ['80']), '70 not found'],
  [
    'modify_pending_order_items',
    items('#W1', ['20'], []),
    'The number of items to be exchanged should match',
  ],
  [
    'modify_pending_order_items',
    items('#W1', ['20'], ['20']),
    'The new item id should be different from the old item id',
  ],
  ['modify_pending_order_items', items('#W1', ['20'], ['80']), 'Variant not found'],
  ['modify_pending_order_items', items('#W1', ['20'], ['40']), 'New item 40 not found or available'],
  ['modify_pending_order_items', items('#W1', ['20'], ['10'], 'x'), 'Payment method not found'],
  [
    'modify_pending_order_items',
    items('#W1', ['20'], ['30'], 'gift_card_1'),
    'Insufficient gift card balance to pay for the new item',
  ],
  ['return_delivered_order_items', returning('#W1', [], 'x'), 'Non-delivered order cannot be returned'],
  [
    'return_delivered_order_items',
    returning('#W2', [], 'paypal_1'),
    'Payment method should be the original payment method',
  ],
  ['return_delivered_order_items', returning('#W2', ['1'], 'gift_card_1'), 'Some item not found'],
  ['exchange_delivered_order_items', items('#W1', ['20'], ['30']), 'Non-delivered order cannot be exchanged'],
  ['exchange_delivered_order_items', items('#W2', ['1'], ['30']), 'Number of 1 not found.'],
  [
    'exchange_delivered_order_items',
    items('#W2', ['20'], []),
    'The number of items to be exchanged should match.',
  ],
  [
    'exchange_delivered_order_items',
    items('#W2', ['20'], ['30'], 'gift_card_1'),
    'Insufficient gift card balance to pay for the price difference',
  ],
]);

test('orders show their optional fields, users their ids, gift cards floats', () => {
  const visitor = here();
  assert.match(
    visitor.call('get_order_details', { order_id: '#W3' })!,
    /"cancel_reason": null, .*"return_payment_method_id": null\}$/,
  );
  assert.match(
    visitor.call('get_user_details', { user_id: 'ann_1' })!,
    /^\{"user_id": "ann_1", .*\{"source": "gift_card", "id": "gift_card_1", "balance": 46.0\}/,
  );
  assert.equal(
    visitor.call('get_item_details', { item_id: '10' }),
    '{"item_id": "10", "options": {"color": "10"}, "available": true, "price": 12.5}',
  );
  assert.equal(visitor.call('transfer_to_human_agents', { summary: 's' }), 'Transfer successful');
  assert.equal(world.tools.get('transfer_to_human_agents')!.terminating, false);
  assert.equal(world.tools.has('think'), false);
});

test('modified items all get the price and options of the last new one', () => {
  const visitor = here();
  visitor.call('modify_pending_order_items', items('#W1', ['20', '10'], ['30', '20'], 'credit_card_1'));
  assert.equal(visitor.at('orders', '#W1', 'items', 0, 'item_id'), '30');
  assert.equal(visitor.at('orders', '#W1', 'items', 0, 'price'), 10);
  assert.equal(printValue(visitor.at('orders', '#W1', 'items', 0, 'options')), '{"color": "20"}');
  assert.equal(visitor.at('orders', '#W1', 'status'), 'pending (item modified)');
});

test('an order with modified items can still change its address and its payment', () => {
  const visitor = here();
  visitor.call('modify_pending_order_items', items('#W1', ['10'], ['20'], 'gift_card_1'));
  assert.equal(visitor.at('orders', '#W1', 'payment_history', 1, 'transaction_type'), 'refund');
  assert.equal(balance(visitor), 48.5);
  visitor.call('modify_pending_order_address', { order_id: '#W1', ...address });
  assert.equal(
    printValue(visitor.at('orders', '#W1', 'address')),
    '{"address1": "a", "address2": "b", "city": "c", "country": "e", "state": "d", "zip": "f"}',
  );
  const paid = visitor.call('modify_pending_order_payment', payment('#W1', 'paypal_1'));
  assert.equal(paid, 'Error: There should be exactly one payment for a pending order');
});

test('returns and exchanges are noted', () => {
  const visitor = here();
  visitor.call('return_delivered_order_items', returning('#W2', ['20'], 'credit_card_1'));
  assert.deepEqual(visitor.at('orders', '#W2', 'return_items'), ['20']);
  const other = here();
  other.call('exchange_delivered_order_items', items('#W2', ['20'], ['10'], 'gift_card_1'));
  assert.equal(other.at('orders', '#W2', 'exchange_price_difference'), 2.5);
});
