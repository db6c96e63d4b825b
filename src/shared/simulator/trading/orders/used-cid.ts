import type { AccountState } from '../account/account-state';
import type { Order } from '../account/order';
import { dayOf } from '../account/utc-time';

/** Did the account use this cid on the UTC day of `now` (ms) before? */
export function isUsedCid({ orders, closedOrders }: AccountState, cid: number | null, now: number): boolean {
  const today = dayOf(now);
  const isSame = (order: Order): boolean => order.cid === cid && dayOf(order.createdAt) === today;
  return closedOrders.some(isSame) || [...orders.values()].some(isSame);
}
