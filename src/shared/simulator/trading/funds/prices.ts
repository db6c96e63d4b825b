import { marginRates, type MarginRates } from '../../markets/conf';
import { dollarsOf, lastPrices, type LastPrices } from '../../markets/rates';
import type { MarketSource } from '../../markets/source';

/** What things are worth now, and what must stand for a position in them. */
export interface Prices {
  /** The last trade's price. */
  last(symbol: string): number | undefined;
  /** What one unit of a currency is worth in USD. */
  dollars(currency: string): number | undefined;
  /** `undefined`: the symbol is not tradable on margin. */
  marginRates(symbol: string): MarginRates | undefined;
  /** What things were worth if this symbol's last trade had been at this price. */
  at(symbol: string, price: number): Prices;
}

/** Prices of the exchange's own markets. */
export const pricesOf = (source: MarketSource): Prices => pricesBy(source, lastPrices(source));

const pricesBy = (source: MarketSource, prices: LastPrices): Prices => ({
  last: (symbol) => prices.last(symbol),
  dollars: (currency) => dollarsOf(prices, underlying(currency)),
  marginRates: (symbol) => marginRates(symbol.slice(1), source.limitsOf?.(symbol)),
  at: (symbol, price) => pricesBy(source, { has: (one) => prices.has(one), last: (one) => (one === symbol ? price : prices.last(one)) }),
});

/** A derivative's currency, and one of paper trading, is worth what its underlying one is. */
function underlying(currency: string): string {
  const code = currency.replace(/F0$/, '').replace(/^TEST/, '');
  return code === 'USDT' ? 'UST' : code;
}
