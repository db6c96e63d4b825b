import { codesOf } from '../../../core/symbol';
import { affordableAsDerivative, hasCollateral, type Offer } from '../account/collateral';
import { holdOf } from '../account/hold';
import { affordableOnMargin, hasMargin } from './margin-room';
import { costOf, least, numberOf, ONE, sizeOf, unitsOf, type Units } from '../account/money';
import { isBuy, isDerivative, type Order } from '../account/order';
import { decimal } from '../account/status-text';
import type { Valuation } from './valuation';

/**
 * Why the account cannot pay for this order, in the exchange's words (bitfinex-v2.md 6.2, 6.7); `undefined`: it can.
 * What `before`, the order as it is now, holds is there for it again.
 */
export function lackOfFunds(order: Order, valuation: Valuation, before?: Order): string | undefined {
  const pair = order.symbol.slice(1);
  if (!order.spot && valuation.prices.marginRates(order.symbol) === undefined) return `Invalid order: ${pair} cannot be traded on margin`;
  if (hasFunds(order, valuation, before)) return undefined;
  const what = order.spot ? 'exchange' : 'tradable';
  return `Invalid order: not enough ${what} balance for ${decimal(numberOf(order.remaining))} ${pair} at ${decimal(order.price || order.holdPrice)}`;
}

function hasFunds(order: Order, valuation: Valuation, before: Order | undefined): boolean {
  if (!order.spot) return isDerivative(order.symbol) ? hasCollateral(order, valuation, before) : hasMargin(order, valuation, before);
  const hold = holdOf(order);
  if (hold === undefined) return true;
  const freed = before === undefined ? 0n : (holdOf(before)?.units ?? 0n);
  return valuation.state.available(hold.wallet, hold.currency) + freed >= hold.units;
}

/** How much of a fill the account can take; less than offered ends the order. Unsigned. */
export function affordable(order: Order, offer: Offer, valuation: Valuation): Units {
  const units = least(offer.units, sizeOf(order.remaining));
  if (order.spot) return affordableSpot(order, { ...offer, units }, valuation);
  return isDerivative(order.symbol) ? affordableAsDerivative(order, { ...offer, units }, valuation) : affordableOnMargin(order, { ...offer, units }, valuation);
}

/** A purchase may cost more than it holds where the market moved, and the stop leg of an OCO pair holds nothing. */
function affordableSpot(order: Order, { units, price }: Offer, { state }: Valuation): Units {
  const [base, quote] = codesOf(order.symbol.slice(1));
  const free = state.available('exchange', isBuy(order) ? quote : base) + (holdOf(order)?.units ?? 0n);
  if (!isBuy(order)) return least(units, free);
  return costOf(units, price) <= free ? units : (free * ONE) / unitsOf(price);
}
