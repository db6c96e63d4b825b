import { sizeOf, timesOf, type Units } from '../account/money';
import { isDerivative, quoteOf } from '../account/order';
import { profitOf, valueOf } from '../account/position-value';
import { openedBy, type Reserve } from './reserve';
import type { Valuation } from './valuation';

/** The margin wallet as a whole, USD: all of it stands for all margin positions together. */
export interface MarginFigures {
  /** What its currencies are worth; those of derivatives stand for those alone. */
  readonly balance: Units;
  /** Unrealised profit of the positions. */
  readonly profit: Units;
  readonly net: Units;
  /** Below it positions are liquidated. */
  readonly least: Units;
  /** What must stand for the positions, and what for them and whatever the open orders may make of them. */
  readonly forPositions: Units;
  readonly forAll: Units;
}

/** Open orders of one symbol as they would be. */
export interface OtherReserve {
  readonly symbol: string;
  readonly reserve: Reserve;
}

/** The figures of now, or with other open orders in one symbol. */
export function marginFigures(valuation: Valuation, other?: OtherReserve): MarginFigures {
  const { state } = valuation;
  const sum = { profit: 0n, least: 0n, forPositions: 0n, forAll: 0n };
  for (const symbol of new Set([...state.tradedSymbols(), ...(other === undefined ? [] : [other.symbol])])) {
    if (isDerivative(symbol)) continue;
    const part = partOf(valuation, symbol, other?.symbol === symbol ? other.reserve : state.reserveOf(symbol));
    for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += part[name];
  }
  const balance = balanceOf(valuation);
  return { ...sum, balance, net: balance + sum.profit };
}

/**
 * Is the price of everything known that stands for the margin positions? A mirrored market that was just followed has none
 * yet, and what has no price must not count as worthless.
 */
export function isPriced({ state, prices }: Valuation): boolean {
  const isKnown = (currency: string): boolean => prices.dollars(currency) !== undefined;
  for (const { type, currency, total } of state.wallets.values()) if (type === 'margin' && total !== 0n && !currency.endsWith('F0') && !isKnown(currency)) return false;
  for (const symbol of state.positions.keys()) if (!isDerivative(symbol) && (prices.last(symbol) === undefined || !isKnown(quoteOf(symbol)))) return false;
  return true;
}

function balanceOf({ state, prices }: Valuation): Units {
  let sum = 0n;
  for (const { type, currency, total } of state.wallets.values()) {
    if (type === 'margin' && !currency.endsWith('F0')) sum += timesOf(total, prices.dollars(currency) ?? 0);
  }
  return sum;
}

/** What one symbol has to do with it. */
function partOf(valuation: Valuation, symbol: string, reserve: Reserve): Pick<MarginFigures, 'profit' | 'least' | 'forPositions' | 'forAll'> {
  const { state, prices } = valuation;
  const rates = prices.marginRates(symbol) ?? { initial: 1, least: 1 };
  const dollars = prices.dollars(quoteOf(symbol)) ?? 0;
  const position = state.positions.get(symbol);
  const profit = position === undefined ? 0n : (profitOf(position, prices) ?? 0n);
  const { value, most } = exposureOf(valuation, symbol, reserve);
  const inDollars = (units: Units, part = 1): Units => timesOf(timesOf(units, part), dollars);
  return { profit: inDollars(profit), least: inDollars(value, rates.least), forPositions: inDollars(value, rates.initial), forAll: inDollars(most, rates.initial) };
}

/** What a position is worth, and what its open orders may make of it, quote currency. */
export interface Exposure {
  readonly value: Units;
  /** When all that buys (sells) is filled. */
  readonly up: Units;
  readonly down: Units;
  /** The greatest of them: orders of both sides cannot both make the position larger. */
  readonly most: Units;
}

/** The exposure in one symbol on margin. */
export function exposureOf({ state, prices }: Valuation, symbol: string, { buys, sells }: Reserve): Exposure {
  const position = state.positions.get(symbol);
  const amount = position?.amount ?? 0n;
  const value = position === undefined ? 0n : valueOf(position, prices);
  const up = openedBy(buys, -amount) + (amount > 0n ? value : 0n);
  const down = openedBy(sells, amount) + (amount < 0n ? value : 0n);
  return { value, up, down, most: [value, up, down].reduce((a, b) => (a > b ? a : b)) };
}

/** How much stands the other way, to be closed by an order that buys (or sells). */
export const closableBy = (buy: boolean, amount: Units): Units => (amount > 0n === buy ? 0n : sizeOf(amount));
