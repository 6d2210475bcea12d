import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testRefusals } from '../refusals.testing.ts';
import { printValue } from '../values/print.ts';
import { retailWorld, visit } from '../world.testing.ts';
import { address, balance, items, payment, returning } from './requests.testing.ts';

const world = retailWorld();
const here = () => visit(world);

testRefusals(world, [
  ['find_user_id_by_email', { email: 'none' }, 'user not found'],
  ['find_user_id_by_email', { email: 5 }, "'int' object has no attribute 'lower'"],
  ['find_user_id_by_name_zip', { first_name: 'Ann', last_name: "Ö'Neil", zip: '1' }, 'user not found'],
  [
    'find_user_id_by_name_zip',
    { first_name: 'Ann', last_name: null, zip: '1' },
    "'NoneType' object has no attribute 'lower'",
  ],
  ['get_order_details', { order_id: 'W1' }, 'order not found'],
  ['get_product_details', { product_id: 500 }, 'product not found'],
  ['get_product_details', { product_id: '20' }, 'product not found'],
  ['get_user_details', { user_id: '__proto__' }, 'user not found'],
  ['get_user_details', { user_id: ['ann_1'] }, "unhashable type: 'list'"],
  ['cancel_pending_order', { order_id: '#W9', reason: 'no longer needed' }, 'order not found'],
  [
    'cancel_pending_order',
    { order_id: '#W2', reason: 'no longer needed' },
    'non-pending order cannot be cancelled',
  ],
  ['cancel_pending_order', { order_id: '#W1', reason: 'No longer needed' }, 'invalid reason'],
  ['modify_user_address', { user_id: 'cy', ...address }, 'user not found'],
  ['modify_pending_order_address', { order_id: '#W3', ...address }, 'non-pending order cannot be modified'],
  ['modify_pending_order_items', items('#W2', ['20'], ['30']), 'non-pending order cannot be modified'],
  ['modify_pending_order_items', items('#W1', ['20', '20'], ['30', '30']), '20 not found'],
  ['modify_pending_order_items', items('#W1', [5, null], ['30', '30']), '5 not found'],
  ['modify_pending_order_items', { ...items('#W1', [], []), item_ids: '20' }, '2 not found'],
  [
    'modify_pending_order_items',
    { ...items('#W1', [], []), item_ids: { a: 1 } },
    "'dict' object has no attribute 'count'",
  ],
  [
    'modify_pending_order_items',
    items('#W1', ['20'], []),
    'the number of items to be exchanged should match',
  ],
  ['modify_pending_order_items', items('#W1', ['20'], ['80']), 'new item 80 not found or available'],
  ['modify_pending_order_items', items('#W1', ['20'], ['40']), 'new item 40 not found or available'],
  ['modify_pending_order_items', items('#W1', ['20'], ['10'], 'paypal_2'), 'payment method not found'],
  [
    'modify_pending_order_items',
    items('#W1', ['20'], ['30'], 'gift_card_1'),
    'insufficient gift card balance to pay for the new item',
  ],
  ['modify_pending_order_payment', payment('#W3', 'paypal_1'), 'non-pending order cannot be modified'],
  ['modify_pending_order_payment', payment('#W1', 'paypal_2'), 'payment method not found'],
  [
    'modify_pending_order_payment',
    payment('#W1', 'gift_card_1'),
    'the new payment method should be different from the current one',
  ],
  [
    'modify_pending_order_payment',
    payment('#W5', 'gift_card_1'),
    'insufficient gift card balance to pay for the order',
  ],
  [
    'return_delivered_order_items',
    returning('#W1', [], 'paypal_1'),
    'non-delivered order cannot be returned',
  ],
  ['return_delivered_order_items', returning('#W2', [], 'paypal_2'), 'payment method not found'],
  [
    'return_delivered_order_items',
    returning('#W2', ['20'], 'paypal_1'),
    'payment method should be either the original payment method or a gift card',
  ],
  ['return_delivered_order_items', returning('#W2', ['20', '20'], 'gift_card_1'), 'some item not found'],
  ['exchange_delivered_order_items', items('#W1', ['20'], ['30']), 'non-delivered order cannot be exchanged'],
  ['exchange_delivered_order_items', items('#W2', ['10'], ['30']), '10 not found'],
  [
    'exchange_delivered_order_items',
    items('#W2', ['20'], ['30', '10']),
    'the number of items to be exchanged should match',
  ],
  ['exchange_delivered_order_items', items('#W2', ['20'], [null]), 'new item None not found or available'],
  ['exchange_delivered_order_items', items('#W2', ['20'], ['30'], 'x'), 'payment method not found'],
  [
    'exchange_delivered_order_items',
    items('#W2', ['20'], ['30'], 'gift_card_1'),
    'insufficient gift card balance to pay for the price difference',
  ],
  ['calculate', { expression: 'two' }, 'invalid characters in expression'],
]);

test('users are found by e-mail in any case, and by name and zip', () => {
  const visitor = here();
  assert.equal(visitor.call('find_user_id_by_email', { email: 'ANN@Example.com' }), 'ann_1');
  const name = { first_name: 'ann', last_name: "ö'neil", zip: '80279' };
  assert.equal(visitor.call('find_user_id_by_name_zip', name), 'ann_1');
});

test('details are printed in the order of the file, in ASCII', () => {
  const visitor = here();
  const product = visitor.call('get_product_details', { product_id: '500' })!;
  assert.ok(product.indexOf('"20"') < product.indexOf('"10"'));
  assert.match(
    visitor.call('get_user_details', { user_id: 'ann_1' })!,
    /"last_name": "\\u00d6'Neil".*"balance": 46, /,
  );
  assert.match(
    visitor.call('get_order_details', { order_id: '#W1' })!,
    /^\{"order_id": "#W1", "user_id": "ann_1", /,
  );
  assert.equal(visitor.call('list_all_product_types', {}), '{"LED Pen": "600", "Mug": "500"}');
});

test('a cancelled order refunds every payment, gift cards at once', () => {
  const visitor = here();
  visitor.call('cancel_pending_order', { order_id: '#W1', reason: 'ordered by mistake' });
  assert.equal(balance(visitor), 68.5);
  assert.equal(visitor.at('orders', '#W1', 'status'), 'cancelled');
  assert.deepEqual([...(visitor.at('orders', '#W1') as Map<string, unknown>).keys()].at(-1), 'cancel_reason');
  assert.equal(
    printValue(visitor.at('orders', '#W1', 'payment_history', 1)),
    '{"transaction_type": "refund", "amount": 22.5, "payment_method_id": "gift_card_1"}',
  );
});

test('a cancellation after a change of payment refunds all three entries', () => {
  const visitor = here();
  visitor.call('modify_pending_order_payment', payment('#W1', 'paypal_1'));
  assert.equal(balance(visitor), 68.5);
  assert.equal(
    visitor.call('modify_pending_order_payment', payment('#W1', 'credit_card_1')),
    'Error: there should be exactly one payment for a pending order',
  );
  visitor.call('cancel_pending_order', { order_id: '#W1', reason: 'no longer needed' });
  assert.equal(balance(visitor), 68.5 + 45);
  assert.equal((visitor.at('orders', '#W1', 'payment_history') as unknown[]).length, 6);
});

test('a gift card pays for an order', () => {
  const visitor = here();
  visitor.call('modify_pending_order_payment', payment('#W4', 'gift_card_1'));
  assert.equal(balance(visitor), 26);
  visitor.call('modify_pending_order_items', items('#W1', ['10'], ['20'], 'gift_card_1'));
  assert.equal(balance(visitor), 28.5);
});

test('modified items take price and options of the new ones, the difference is booked unrounded', () => {
  const visitor = here();
  visitor.call('modify_pending_order_items', items('#W1', ['20', '10'], ['30', '20']));
  assert.equal(visitor.at('orders', '#W1', 'items', 0, 'price'), 99.99);
  assert.equal(visitor.at('orders', '#W1', 'items', 1, 'item_id'), '20');
  assert.equal(visitor.at('orders', '#W1', 'status'), 'pending (item modified)');
  assert.equal(visitor.at('orders', '#W1', 'payment_history', 1, 'amount'), 99.99 - 10 + (10 - 12.5));
  assert.equal(visitor.at('orders', '#W1', 'payment_history', 1, 'transaction_type'), 'payment');
});

test('a chain of modifications changes the same item twice', () => {
  const visitor = here();
  visitor.call('modify_pending_order_items', items('#W1', ['20', '10'], ['10', '30']));
  assert.equal(visitor.at('orders', '#W1', 'items', 0, 'item_id'), '30');
  assert.equal(visitor.at('orders', '#W1', 'items', 1, 'item_id'), '10');
});

test('empty lists modify nothing but the status, with an integer difference', () => {
  const visitor = here();
  visitor.call('modify_pending_order_items', { ...items('#W1', [], []), item_ids: '', new_item_ids: {} });
  assert.equal(visitor.at('orders', '#W1', 'payment_history', 1, 'amount'), 0n);
  assert.equal(visitor.at('orders', '#W1', 'payment_history', 1, 'transaction_type'), 'refund');
  visitor.call('exchange_delivered_order_items', items('#W2', [], [], 'gift_card_1'));
  assert.equal(visitor.at('orders', '#W2', 'exchange_price_difference'), 0n);
  assert.equal(balance(visitor), 46n);
});

test('an exchange notes sorted ids and a rounded difference', () => {
  const visitor = here();
  visitor.call('exchange_delivered_order_items', items('#W2', ['70', '20'], ['80', '10']));
  assert.deepEqual(visitor.at('orders', '#W2', 'exchange_items'), ['20', '70']);
  assert.deepEqual(visitor.at('orders', '#W2', 'exchange_new_items'), ['10', '80']);
  assert.equal(visitor.at('orders', '#W2', 'exchange_price_difference'), 3.6);
  assert.equal(visitor.at('orders', '#W2', 'status'), 'exchange requested');
});

test('a return goes to the original method or to a gift card', () => {
  for (const method of ['credit_card_1', 'gift_card_1']) {
    const visitor = here();
    const args = returning('#W2', ['70', '20'], method);
    assert.match(visitor.call('return_delivered_order_items', args)!, /"return_items": \["20", "70"\]/);
    assert.equal(visitor.at('orders', '#W2', 'status'), 'return requested');
  }
});

test('a new address is stored as given, its country after the state', () => {
  const visitor = here();
  visitor.call(
    'modify_user_address',
    '{"user_id": "ann_1", "address1": 1.0, "address2": null, "city": "", "state": "x", "country": "y", "zip": 7}',
  );
  assert.equal(
    printValue(visitor.at('users', 'ann_1', 'address')),
    '{"address1": 1.0, "address2": null, "city": "", "state": "x", "country": "y", "zip": 7}',
  );
  assert.equal(visitor.at('orders', '#W1', 'address', 'city'), 'Denver');
  visitor.call('modify_pending_order_address', { order_id: '#W1', ...address });
  assert.equal(visitor.at('orders', '#W1', 'address', 'city'), 'c');
  const moved = { first_name: 'Ann', last_name: "Ö'Neil", zip: 7 };
  assert.equal(visitor.call('find_user_id_by_name_zip', moved), 'ann_1');
});

test('thinking and handing over change nothing', () => {
  const visitor = here();
  assert.equal(visitor.call('think', { thought: 'hm' }), '');
  assert.equal(visitor.call('transfer_to_human_agents', { summary: 's' }), 'Transfer successful');
  assert.equal(visitor.call('calculate', { expression: '22.5 * 2' }), '45.0');
});

test('arguments must be exactly those of the signature', () => {
  const visitor = here();
  const expected: readonly (readonly [string, object, string])[] = [
    ['think', {}, "Think.invoke() missing 1 required positional argument: 'thought'"],
    [
      'cancel_pending_order',
      {},
      "CancelPendingOrder.invoke() missing 2 required positional arguments: 'order_id' and 'reason'",
    ],
    [
      'find_user_id_by_name_zip',
      {},
      "FindUserIdByNameZip.invoke() missing 3 required positional arguments: 'first_name', 'last_name', and 'zip'",
    ],
    ['think', { note: 1, other: 2 }, "Think.invoke() got an unexpected keyword argument 'note'"],
    [
      'think',
      { note: 1, data: 2 },
      "tau_bench.envs.retail.tools.think.Think.invoke() got multiple values for keyword argument 'data'",
    ],
  ];
  for (const [tool, args, message] of expected) assert.equal(visitor.call(tool, args), `Error: ${message}`);
});
