import { dollarsOf } from '../rates';
import type { MarketSource } from '../source';

/** What things are worth now. */
export interface Prices {
  /** The last trade's price. */
  last(symbol: string): number | undefined;
  /** What one unit of a currency is worth in USD. */
  dollars(currency: string): number | undefined;
}

/** Prices of the exchange's own markets. */
export const pricesOf = (source: MarketSource): Prices => ({
  last: (symbol) => (source.symbols.includes(symbol) ? source.market(symbol)?.trades.last?.[3] : undefined),
  // a derivative's currency is worth what its underlying one is
  dollars: (currency) => dollarsOf(source, currency.replace(/F0$/, '').replace(/^TEST/, '')),
});
