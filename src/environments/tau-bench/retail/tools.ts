/** Retail's tools, in the environment's order. */
import { calculate } from '../tools/calculate.ts';
import { think, transferToHumanAgents } from '../tools/common.ts';
import type { TauTool } from '../tools/tool.ts';
import { modifyPendingOrderAddress, modifyUserAddress } from './addresses.ts';
import { cancelPendingOrder } from './cancel.ts';
import { exchangeDeliveredOrderItems, returnDeliveredOrderItems } from './delivered.ts';
import {
  findUserIdByEmail,
  findUserIdByNameZip,
  getOrderDetails,
  getProductDetails,
  getUserDetails,
  listAllProductTypes,
} from './lookups.ts';
import { modifyPendingOrderItems } from './modify-items.ts';
import { modifyPendingOrderPayment } from './modify-payment.ts';

export const retailTools: readonly TauTool[] = [
  calculate,
  cancelPendingOrder,
  exchangeDeliveredOrderItems,
  findUserIdByEmail,
  findUserIdByNameZip,
  getOrderDetails,
  getProductDetails,
  getUserDetails,
  listAllProductTypes,
  modifyPendingOrderAddress,
  modifyPendingOrderItems,
  modifyPendingOrderPayment,
  modifyUserAddress,
  returnDeliveredOrderItems,
  think,
  transferToHumanAgents,
];
