import { codesOf } from '../../core/symbol';
import { holdOf } from './hold';
import type { Valuation } from './margin';
import { costOf, least, numberOf, ONE, sizeOf, unitsOf, type Units } from './money';
import { isBuy, type Order } from './order';
import { decimal } from './status-text';

/**
 * Why the account cannot pay for this order, in the exchange's words (bitfinex-v2.md 6.2, 6.7); `undefined`: it can.
 * What `before`, the order as it is now, holds is there for it again.
 */
export function lackOfFunds(order: Order, { state }: Valuation, before?: Order): string | undefined {
  const hold = holdOf(order);
  if (hold === undefined) return undefined;
  const freed = before === undefined ? 0n : (holdOf(before)?.units ?? 0n);
  if (state.available(hold.wallet, hold.currency) + freed >= hold.units) return undefined;
  const what = order.spot ? 'exchange' : 'tradable';
  return `Invalid order: not enough ${what} balance for ${decimal(numberOf(sizeOf(order.amount)))} ${order.symbol.slice(1)} at ${decimal(order.holdPrice || order.price)}`;
}

/** How much of a fill the account can take at this price; less than offered ends the order. Unsigned. */
export function affordable(order: Order, offered: Units, price: number, { state }: Valuation): Units {
  const wanted = least(offered, sizeOf(order.remaining));
  if (!order.spot || !isBuy(order)) return wanted;
  const [, quote] = codesOf(order.symbol.slice(1));
  const free = state.available('exchange', quote) + (holdOf(order)?.units ?? 0n);
  return costOf(wanted, price) <= free ? wanted : (free * ONE) / unitsOf(price);
}
