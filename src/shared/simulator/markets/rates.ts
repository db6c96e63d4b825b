import type { MarketSource } from './source';

/** The last price of each market, by its symbol. */
export interface LastPrices {
  has(symbol: string): boolean;
  last(symbol: string): number | undefined;
}

/** Last prices of an exchange's own markets. */
export function lastPrices(source: MarketSource): LastPrices {
  let listed: readonly string[] = [];
  let names = new Set<string>();
  const has = (symbol: string): boolean => {
    // the list of a live exchange comes late, and may change
    if (listed !== source.symbols) names = new Set((listed = source.symbols));
    return names.has(symbol);
  };
  return { has, last: (symbol) => (has(symbol) ? source.market(symbol)?.trades.last?.[3] : undefined) };
}

/** What one unit of a currency is worth in dollars: EUR by what bitcoin costs in both. */
export function dollarsOf(prices: LastPrices, code: string): number | undefined {
  if (code === 'USD') return 1;
  for (const bridge of ['USD', 'UST', 'BTC']) {
    const first = rateOf(prices, code, bridge);
    const second = first === undefined ? undefined : rateOf(prices, bridge, 'USD');
    if (first !== undefined && second !== undefined) return first * second;
  }
  return undefined;
}

/** What one unit of `from` is worth in `to`, where there is a market of the two. */
export function rateOf(prices: LastPrices, from: string, to: string): number | undefined {
  if (from === to) return 1;
  const there = lastOf(prices, from, to);
  if (there !== undefined) return there;
  const back = lastOf(prices, to, from);
  return back === undefined ? undefined : 1 / back;
}

function lastOf(prices: LastPrices, base: string, quote: string): number | undefined {
  const symbol = [`t${base}${quote}`, `t${base}:${quote}`].find((one) => prices.has(one));
  return symbol === undefined ? undefined : prices.last(symbol);
}
