import type { CandleRow } from './candle-desk';
import type { MarketSource } from './source';

/**
 * The source, but the candles of this key (`trade:1m:tBTCUSD`) are exactly these rows of the wire, in any order, on REST and
 * on the channel. No trade changes them: further rows come by `trouble.correctCandle`. Can be wrapped again for another key.
 */
export function givenCandles(source: MarketSource, key: string, rows: readonly CandleRow[]): MarketSource {
  const sorted = [...rows].sort(([a = 0], [b = 0]) => a - b);
  return {
    // asked each time: a recording's list of symbols is there only once it has started
    get symbols() {
      return source.symbols;
    },
    checksumEvery: source.checksumEvery,
    recordsTicker: (symbol) => source.recordsTicker(symbol),
    candles: (wanted) => (wanted === key ? sorted : source.candles?.(wanted)),
    market: (symbol) => source.market(symbol),
    start: (host) => source.start(host),
    pause: (paused) => source.pause(paused),
    stop: () => source.stop(),
  };
}
