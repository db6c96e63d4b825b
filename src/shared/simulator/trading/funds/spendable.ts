import { marginFigures } from './margin-figures';
import { ONE, timesOf, unitsOf, type Units } from '../account/money';
import type { WalletType } from '../account/order';
import type { Valuation } from './valuation';

/**
 * What can be taken out of a wallet, and what clients are told as available: neither what is held, nor what must stand for
 * margin positions and orders.
 */
export function spendable(valuation: Valuation, type: WalletType, currency: string): Units {
  const { state, prices } = valuation;
  const free = state.available(type, currency);
  const dollars = prices.dollars(currency);
  if (type !== 'margin' || currency.endsWith('F0') || dollars === undefined || unitsOf(dollars) === 0n) return free;
  const { net, forAll } = marginFigures(valuation);
  const spare = net > forAll ? net - forAll : 0n;
  return timesOf(free, dollars) <= spare ? free : (spare * ONE) / unitsOf(dollars);
}
