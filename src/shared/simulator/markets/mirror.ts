import { MirrorMarket } from './mirror-market';
import type { Upstream } from './mirror-upstream';
import type { MarketSource, SourceHost } from './source';

/** The markets of a live exchange as they are at this moment: each is followed only while somebody here wants it. */
export function mirror(upstream: Upstream): MarketSource {
  const markets = new Map<string, MirrorMarket>();
  let host: SourceHost | undefined;
  let isPaused = false;
  const make = (symbol: string): MirrorMarket | undefined => {
    if (host === undefined || !upstream.symbols.includes(symbol)) return undefined;
    const market = new MirrorMarket(symbol, upstream, host.clock);
    market.pause(isPaused);
    markets.set(symbol, market);
    return market;
  };
  return {
    get symbols() {
      return upstream.symbols;
    },
    checksumEvery: Infinity,
    recordsTicker: () => false,
    limitsOf: (symbol) => upstream.limitsOf(symbol),
    market: (symbol) => markets.get(symbol) ?? make(symbol),
    start: (started) => void (host = started),
    pause: (paused) => {
      isPaused = paused;
      for (const market of markets.values()) market.pause(paused);
    },
    stop: () => {
      host = undefined;
      for (const market of markets.values()) market.end();
      markets.clear();
    },
  };
}
