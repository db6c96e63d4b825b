import { numberOf, unitsOf } from '../account/money';
import { isBuy, type Order } from '../account/order';

/** Where a trailing stop stands first: its distance from the last price; 0 (unknown) before the first trade. */
export function trailStart(order: Order, last: number | undefined): number {
  if (last === undefined) return 0;
  const distance = unitsOf(order.trailing);
  return numberOf(unitsOf(last) + (isBuy(order) ? distance : -distance));
}
