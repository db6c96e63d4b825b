import { sizeOf, type Units } from '../account/money';
import { hasFlag, type Order } from '../account/order';
import type { Position } from '../account/position';

/** Is it for a position only: may it never open one or make it larger? */
export const isReducing = (order: Order): boolean => hasFlag(order, 'close') || hasFlag(order, 'reduceOnly') || order.forced === true;

/** Why an order that is for a position only cannot go on, in the exchange's words (bitfinex-v2.md 5.9, 6.3); `undefined`: it can. */
export function reduceFault(order: Order, position: Position | undefined): string | undefined {
  if (hasFlag(order, 'close')) return position === undefined || isTurned(order, position) ? 'CANCELED' : undefined;
  // it may have waited for others, one of whom closed the position
  if (order.forced === true) return position === undefined || position.amount > 0n === order.remaining > 0n ? 'CANCELED' : undefined;
  if (!hasFlag(order, 'reduceOnly')) return undefined;
  if (position === undefined) return 'RSN_POS_NOTFOUND';
  if (position.amount > 0n === order.remaining > 0n) return 'RSN_POS_REDUCE_INCR';
  return sizeOf(order.remaining) > sizeOf(position.amount) ? 'RSN_POS_REDUCE_FLIP' : undefined;
}

/** What closed a part of a position cannot close another one the other way: it would be a sale and a purchase. */
const isTurned = ({ amount, remaining }: Order, position: Position): boolean => amount !== remaining && position.amount > 0n === remaining > 0n;

/** How much of an order its position lets through: all of one that is not for a position. Unsigned. */
export function reducible(order: Order, position: Position | undefined): Units {
  if (!isReducing(order)) return sizeOf(order.remaining);
  const isAgainst = position !== undefined && position.amount > 0n !== order.remaining > 0n;
  return isAgainst ? sizeOf(position.amount) : 0n;
}
