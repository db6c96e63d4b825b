import type { CommandHost } from './command-host';
import { findOrder } from './find-order';
import { findOrders } from './find-orders';
import { isRefusal } from './order-wish';
import { accepted, declined, type Reply } from './reply';
import { orderRow } from '../account/rows';

/** `oc`: one order. The reply shows it as it still is. */
export function cancel({ trading, account }: CommandHost, payload: unknown): Reply {
  const order = findOrder(account, payload);
  if (isRefusal(order)) return declined('oc-req', order, payload);
  const row = orderRow(order);
  trading.cancel(account, order);
  return accepted('oc-req', `Submitted for cancellation; waiting for confirmation (ID: ${order.id}).`, [row]);
}

/** `oc_multi`: all that are meant and open; there may be none. */
export function cancelSeveral({ trading, account }: CommandHost, payload: unknown): Reply {
  const orders = findOrders(account, payload);
  if (isRefusal(orders)) return declined('oc_multi-req', orders, payload);
  const rows = orders.map(orderRow);
  for (const order of orders) trading.cancel(account, order);
  return accepted('oc_multi-req', `Submitting ${orders.length} order cancellations.`, rows);
}
