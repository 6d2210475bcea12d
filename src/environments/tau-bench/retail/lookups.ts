/** Retail's reading tools (specification, sections 6.2 to 6.7). */
import { reading, refuse } from '../tools/tool.ts';
import { pythonEqual } from '../values/equal.ts';
import { byCodePoint, printValue } from '../values/print.ts';
import { dictAt, entry, lower } from '../values/python.ts';
import type { Value } from '../values/value.ts';

export const findUserIdByEmail = reading('find_user_id_by_email', ['email'], (data, email) => {
  for (const [id, user] of data.records('users')) {
    if (lower(entry(user, 'email')) === lower(email)) return id;
  }
  return refuse('user not found');
});

export const findUserIdByNameZip = reading(
  'find_user_id_by_name_zip',
  ['first_name', 'last_name', 'zip'],
  (data, firstName, lastName, zip) => {
    for (const [id, user] of data.records('users')) {
      const name = dictAt(user, 'name');
      const matches =
        lower(entry(name, 'first_name')) === lower(firstName) &&
        lower(entry(name, 'last_name')) === lower(lastName) &&
        pythonEqual(entry(dictAt(user, 'address'), 'zip'), zip);
      if (matches) return id;
    }
    return refuse('user not found');
  },
);

const details = (name: string, parameter: string, table: string, noun: string) =>
  reading(name, [parameter], (data, id) => printValue(data.find(table, id) ?? refuse(`${noun} not found`)));

export const getOrderDetails = details('get_order_details', 'order_id', 'orders', 'order');
export const getProductDetails = details('get_product_details', 'product_id', 'products', 'product');
export const getUserDetails = details('get_user_details', 'user_id', 'users', 'user');

export const listAllProductTypes = reading('list_all_product_types', [], data => {
  const products = [...data.records('products')].map(([, product]): [string, Value] => [
    String(entry(product, 'name')),
    entry(product, 'product_id'),
  ]);
  return printValue(new Map(products.sort(([a], [b]) => byCodePoint(a, b))));
});
