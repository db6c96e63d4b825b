import type { AccountState } from './account-state';
import type { Order } from './order';
import { dayOf } from './utc-time';

/** Did the account use this cid on the UTC day of `now` (ms) before? */
export function isUsedCid({ orders, closedOrders }: AccountState, cid: number | null, now: number): boolean {
  const today = dayOf(now);
  const isSame = (order: Order): boolean => order.cid === cid && dayOf(order.createdAt) === today;
  return closedOrders.some(isSame) || [...orders.values()].some(isSame);
}
