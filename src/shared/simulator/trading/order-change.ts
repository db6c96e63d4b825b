import type { OrderChange } from './account-event';
import { sizeOf } from './money';
import type { ChangeWish, Order } from './order';
import { trailStart } from './trail-start';

/**
 * What the wish means for the order as it is now: more of it may be filled than when it was asked for. `undefined`:
 * nothing would be left of it. `last`: the last price.
 */
export function changeOf(order: Order, { remaining: wanted, delta, ...others }: ChangeWish, last: number | undefined): OrderChange | undefined {
  const { trailing } = others;
  // with another distance it starts again
  const change = trailing === undefined ? others : { ...others, price: trailStart({ ...order, trailing }, last) };
  if (wanted === undefined && delta === undefined) return change;
  const remaining = wanted ?? order.remaining + (delta ?? 0n);
  if (remaining === 0n || remaining > 0n !== order.amount > 0n) return undefined;
  return { ...change, remaining, amount: order.amount - order.remaining + remaining };
}

/** Does it change for what the order may trade, and with it what must be held? */
export const changesTerms = ({ remaining, price, auxLimit, lev }: OrderChange): boolean => [remaining, price, auxLimit, lev].some((term) => term !== undefined);

/** Does a changed order keep its place? Only one that becomes smaller, or is changed in nothing that matters to others (simulator.md, fill model 4). */
export function keepsPlace({ remaining }: Order, change: OrderChange): boolean {
  const isMoved = change.price !== undefined || change.auxLimit !== undefined;
  return !isMoved && sizeOf(change.remaining ?? remaining) <= sizeOf(remaining);
}
