import type { MarketSource } from './source';

/** What one unit of a currency is worth in dollars: EUR by what bitcoin costs in both. */
export function dollarsOf(source: MarketSource, code: string): number | undefined {
  for (const bridge of ['USD', 'UST', 'BTC']) {
    const [first, second] = [rateOf(source, code, bridge), rateOf(source, bridge, 'USD')];
    if (first !== undefined && second !== undefined) return first * second;
  }
  return undefined;
}

/** What one unit of `from` is worth in `to`, where there is a market of the two. */
export function rateOf(source: MarketSource, from: string, to: string): number | undefined {
  if (from === to) return source.symbols.some((symbol) => symbol.slice(1).includes(from)) ? 1 : undefined;
  const there = lastOf(source, from, to);
  if (there !== undefined) return there;
  const back = lastOf(source, to, from);
  return back === undefined ? undefined : 1 / back;
}

function lastOf(source: MarketSource, base: string, quote: string): number | undefined {
  const symbol = [`t${base}${quote}`, `t${base}:${quote}`].find((one) => source.symbols.includes(one));
  return symbol === undefined ? undefined : source.market(symbol)?.trades.last?.[3];
}
