import { feeEntry } from './entries';
import { closableBy } from '../funds/margin-figures';
import { sizeOf, timesOf, type Units } from './money';
import { isBuy, quoteOf, type Order } from './order';
import { netted } from './position';
import { profitOf, valueOf } from './position-value';
import { collateralHeld, reserveWith } from '../funds/reserve';
import type { Valuation } from '../funds/valuation';

/** A fill that is offered to an order; `feePpm` millionths of its cost. */
export interface Offer {
  /** Unsigned. */
  readonly units: Units;
  readonly price: number;
  readonly feePpm: number;
}

/** Between what and what the collateral of a derivative position may be set, quote currency. */
export interface CollateralLimits {
  readonly least: Units;
  readonly most: Units;
}

/** Is there enough in the wallet for what an order of a derivative may open? */
export function hasCollateral(order: Order, { state }: Valuation, before?: Order): boolean {
  const { symbol } = order;
  const [now, position] = [state.reserveOf(symbol), state.positions.get(symbol)];
  const without = before === undefined ? now : reserveWith(now, before, -1n);
  const more = collateralHeld(reserveWith(without, order, 1n), position) - collateralHeld(now, position);
  return more <= 0n || state.available('margin', quoteOf(symbol)) >= more;
}

/** How much of a fill the wallet can take: collateral and fee must be there. Closing needs nothing. Unsigned. */
export function affordableAsDerivative(order: Order, offer: Offer, valuation: Valuation): Units {
  const closing = closableBy(isBuy(order), valuation.state.positions.get(order.symbol)?.amount ?? 0n);
  if (offer.units <= closing || leftAfter(order, offer, valuation) >= 0n) return offer.units;
  let [fits, tooMuch] = [closing, offer.units];
  while (tooMuch - fits > 1n) {
    const middle = (fits + tooMuch) / 2n;
    if (leftAfter(order, { ...offer, units: middle }, valuation) >= 0n) fits = middle;
    else tooMuch = middle;
  }
  return fits;
}

/** What would be available in the wallet after the fill. */
function leftAfter(order: Order, offer: Offer, { state }: Valuation): Units {
  const { symbol, id, lev } = order;
  const units = isBuy(order) ? offer.units : -offer.units;
  const [reserve, position] = [state.reserveOf(symbol), state.positions.get(symbol)];
  const { changes, realised } = netted(position, { ...offer, symbol, units, lev, order: id, trade: 0, at: 0, forced: false });
  const last = changes[changes.length - 1];
  const rest = reserveWith(reserveWith(reserve, order, -1n), { ...order, remaining: order.remaining - units }, 1n);
  const more = collateralHeld(rest, last?.change === 'closed' ? undefined : last?.position) - collateralHeld(reserve, position);
  return state.available('margin', quoteOf(symbol)) - more + realised + feeEntry(order, { ...offer, units }).units;
}

/** The collateral may be lowered to what opens the position anew at the highest leverage, and raised to what the position cost. */
export function collateralLimits({ state, prices }: Valuation, symbol: string): CollateralLimits | undefined {
  const position = state.positions.get(symbol);
  const rates = prices.marginRates(symbol);
  if (position === undefined || rates === undefined) return undefined;
  const least = timesOf(valueOf(position, prices), rates.initial) - (profitOf(position, prices) ?? 0n);
  const [whole, there] = [sizeOf(position.cost), position.collateral + state.available('margin', quoteOf(symbol))];
  return { least: least > 0n ? least : 0n, most: whole < there ? whole : there };
}

/** Why the collateral of a position cannot be set to so much; `undefined`: it can. */
export function collateralFault(symbol: string, units: Units, valuation: Valuation): string | undefined {
  const limits = collateralLimits(valuation, symbol);
  if (limits === undefined) return 'symbol: invalid';
  return units < limits.least || units > limits.most ? 'collateral: invalid' : undefined;
}
