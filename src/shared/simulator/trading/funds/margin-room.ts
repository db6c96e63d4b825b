import type { MarginRates } from '../../markets/conf';
import type { Offer } from '../account/collateral';
import { closableBy, exposureOf, marginFigures } from './margin-figures';
import { least, ONE, timesOf, unitsOf, type Units } from '../account/money';
import { isBuy, isDerivative, quoteOf, type Order } from '../account/order';
import { reserveWith, type Share } from './reserve';
import type { Valuation } from './valuation';

/** What can still be traded on margin in one pair. */
export interface MarginRoom {
  /** How much more position, quote currency; `gross`: if there were no open orders. */
  readonly tradable: Units;
  readonly gross: Units;
  /** The greatest order of each direction, base currency: it closes what stands the other way, too. */
  readonly buy: Units;
  readonly sell: Units;
}

/**
 * How much of the initial margin must be left when an order is filled. It was all there when the order was taken in; fees
 * and what the price did since may take a quarter of it.
 */
const WHILE_FILLING = 0.75;

/** At this price, else at the last one; `undefined`: the pair is not tradable on margin, or has no price. */
export function marginRoom(valuation: Valuation, symbol: string, price = valuation.prices.last(symbol)): MarginRoom | undefined {
  const { state } = valuation;
  const market = marketOf(valuation, symbol);
  if (market === undefined || price === undefined || price <= 0) return undefined;
  const { net, forAll, forPositions } = marginFigures(valuation);
  const reserve = state.reserveOf(symbol);
  const { value, most } = exposureOf(valuation, symbol, reserve);
  const tradable = opened(net - forAll, market);
  const amount = state.positions.get(symbol)?.amount ?? 0n;
  const size = (buy: boolean): Units => {
    const closing = closableBy(buy, amount);
    return largest(buy ? reserve.buys : reserve.sells, { closing, price, exposure: tradable + most - (closing === 0n ? value : 0n) });
  };
  return { tradable: above(tradable), gross: above(opened(net - forPositions, market)), buy: size(true), sell: size(false) };
}

/**
 * The largest order that can join these of its side where `exposure` (quote currency) may be opened in all, and `closing`
 * stands the other way. Orders of several prices close at their average: the lower one is reckoned with, to be safe.
 */
function largest({ units, money }: Share, { closing, price, exposure }: { closing: Units; price: number; exposure: Units }): Units {
  const atMost = unitsOf(price);
  const average = units === 0n ? atMost : (money * ONE) / units;
  const closed = (closing * least(average, atMost)) / ONE;
  const size = ((exposure - money + closed) * ONE) / atMost;
  return size > closing - units ? above(size) : above(closing - units);
}

/** Is there enough for what the order may make of the position? What asks for no more than before is always allowed. */
export function hasMargin(order: Order, valuation: Valuation, before?: Order): boolean {
  const { state } = valuation;
  const without = before === undefined ? state.reserveOf(order.symbol) : reserveWith(state.reserveOf(order.symbol), before, -1n);
  const { net, forAll } = marginFigures(valuation, { symbol: order.symbol, reserve: reserveWith(without, order, 1n) });
  return net >= forAll || forAll <= marginFigures(valuation).forAll;
}

/**
 * How much of a fill the margin wallet can take: what was paid beyond the last price is lost at once, and the fee. Closing
 * is always possible. Unsigned.
 */
export function affordableOnMargin(order: Order, { units, price, feePpm }: Offer, valuation: Valuation): Units {
  const { state, prices } = valuation;
  const market = marketOf(valuation, order.symbol);
  if (market === undefined) return 0n;
  const closing = closableBy(isBuy(order), state.positions.get(order.symbol)?.amount ?? 0n);
  if (units <= closing) return units;
  const last = prices.last(order.symbol) ?? price;
  const lost = (isBuy(order) ? price - last : last - price) + (price * feePpm) / 1e6;
  const kept = WHILE_FILLING * market.rates.initial * last;
  const { net, forPositions } = marginFigures(valuation);
  const freed = timesOf(timesOf(timesOf(closing, last), market.rates.initial), market.dollars);
  const room = net - timesOf(forPositions - freed, WHILE_FILLING) - timesOf(timesOf(closing, lost), market.dollars);
  const perCoin = unitsOf((lost + kept) * market.dollars);
  return perCoin <= 0n ? units : least(units, closing + (above(room) * ONE) / perCoin);
}

interface MarginMarket {
  readonly rates: MarginRates;
  readonly dollars: number;
}

function marketOf({ prices }: Valuation, symbol: string): MarginMarket | undefined {
  const rates = isDerivative(symbol) ? undefined : prices.marginRates(symbol);
  const dollars = prices.dollars(quoteOf(symbol));
  return rates === undefined || dollars === undefined || unitsOf(rates.initial * dollars) === 0n ? undefined : { rates, dollars };
}

/** How much position (quote currency) so much margin (USD) can open. */
const opened = (margin: Units, { rates, dollars }: MarginMarket): Units => (margin * ONE) / unitsOf(rates.initial * dollars);

const above = (units: Units): Units => (units > 0n ? units : 0n);
