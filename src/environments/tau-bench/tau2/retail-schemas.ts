import { common, type Description, listOf, string } from './schema.ts';

const orderId = string("The order's id, such as '#W0000000'. It begins with '#'.");
const userId = string("The user's id, such as 'sara_doe_496'.");
const itemId = string("An item's id, such as '1008292230'. It is not the product's id.");
const methodId = string(
  "The payment method's id, such as 'gift_card_0000000' or 'credit_card_0000000', as the user's or the order's details show it.",
);
const address = {
  address1: string("The first line, such as '123 Main St'."),
  address2: string("The second line, such as 'Apt 1', or ''."),
  city: string("The city, such as 'San Francisco'."),
  state: string("The state, such as 'CA'."),
  country: string("The country, such as 'USA'."),
  zip: string("The zip code, such as '12345'."),
};
const confirmation = 'Explain the details and get an explicit yes from the user first.';

export const retailDescriptions: Readonly<Record<string, Description>> = {
  ...common,
  cancel_pending_order: {
    does: `Cancels an order that is still pending and refunds it: at once to a gift card, otherwise within 5 to 7 business days. ${confirmation}`,
    takes: { order_id: orderId, reason: string("Either 'no longer needed' or 'ordered by mistake'.") },
  },
  exchange_delivered_order_items: {
    does: `Requests the exchange of items of a delivered order for others of the same products; possible once per order. ${confirmation}`,
    takes: {
      order_id: orderId,
      item_ids: listOf(itemId, 'The items to give back; one may occur several times.'),
      new_item_ids: listOf(itemId, 'The items wanted instead, in the same order.'),
      payment_method_id: methodId,
    },
  },
  find_user_id_by_email: {
    does: "Finds a user's id by e-mail address.",
    takes: { email: string("The address, such as 'something@example.com'.") },
  },
  find_user_id_by_name_zip: {
    does: "Finds a user's id by name and zip code. Try the e-mail address first; use this if it is not known or not found.",
    takes: {
      first_name: string("The first name, such as 'John'."),
      last_name: string("The last name, such as 'Doe'."),
      zip: string("The zip code, such as '12345'."),
    },
  },
  get_item_details: { does: 'Shows one item: options, price, availability.', takes: { item_id: itemId } },
  get_order_details: { does: 'Shows an order and its status.', takes: { order_id: orderId } },
  get_product_details: {
    does: 'Shows a product with all of its items.',
    takes: { product_id: string("The product's id, such as '6086499569'. It is not an item's id.") },
  },
  get_user_details: { does: 'Shows a user, orders included.', takes: { user_id: userId } },
  list_all_product_types: { does: 'Lists the names and ids of all products. The store has 50.' },
  modify_pending_order_address: {
    does: `Changes where a pending order is sent. ${confirmation}`,
    takes: { order_id: orderId, ...address },
  },
  modify_pending_order_items: {
    does: `Changes items of a pending order to others of the same products; possible once per order. ${confirmation}`,
    takes: {
      order_id: orderId,
      item_ids: listOf(itemId, 'The items to change; one may occur several times.'),
      new_item_ids: listOf(itemId, 'The items wanted instead, in the same order.'),
      payment_method_id: methodId,
    },
  },
  modify_pending_order_payment: {
    does: `Changes how a pending order is paid. ${confirmation}`,
    takes: { order_id: orderId, payment_method_id: methodId },
  },
  modify_user_address: {
    does: `Changes a user's default address. ${confirmation}`,
    takes: { user_id: userId, ...address },
  },
  return_delivered_order_items: {
    does: `Requests the return of items of a delivered order. The user gets an e-mail on how to send them back. ${confirmation}`,
    takes: {
      order_id: orderId,
      item_ids: listOf(itemId, 'The items to return; one may occur several times.'),
      payment_method_id: methodId,
    },
  },
};
