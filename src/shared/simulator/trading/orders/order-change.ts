import type { OrderChange } from '../account/account-event';
import { sizeOf } from '../account/money';
import type { ChangeWish, Order } from '../account/order';
import { isReducing } from '../market/reducing';
import { trailStart } from '../market/trail-start';

/**
 * What the wish means for the order as it is now: more of it may be filled than when it was asked for. `undefined`:
 * nothing would be left of it. `last`: the last price.
 */
export function changeOf(order: Order, { remaining: wanted, delta, ...others }: ChangeWish, last: number | undefined): OrderChange | undefined {
  const trailing = others.trailing ?? order.trailing;
  // with another distance it starts again
  const change = trailing === order.trailing ? others : { ...others, price: trailStart({ ...order, trailing }, last) };
  if (wanted === undefined && delta === undefined) return change;
  const remaining = wanted ?? order.remaining + (delta ?? 0n);
  if (remaining === 0n || remaining > 0n !== order.amount > 0n) return undefined;
  return { ...change, remaining, amount: order.amount - order.remaining + remaining };
}

/** What an order stands at. */
const PLACE = ['price', 'auxLimit', 'trailing'] as const;

/** Does it change for what the order may trade, and with it what must be held? What only reduces a position holds nothing. */
export function changesTerms(order: Order, change: OrderChange): boolean {
  const changed = { ...order, ...change };
  return isReducing(changed) !== isReducing(order) || [...PLACE, 'remaining' as const, 'lev' as const].some((term) => changed[term] !== order[term]);
}

/** Does a changed order keep its place? Only one that becomes smaller, or is changed in nothing that matters to others (simulator.md, fill model 4). */
export function keepsPlace(order: Order, change: OrderChange): boolean {
  const changed = { ...order, ...change };
  return PLACE.every((term) => changed[term] === order[term]) && sizeOf(changed.remaining) <= sizeOf(order.remaining);
}
