import { fundingTicker, ticker } from '../../wire/ticker';
import type { Level } from '../../core/level';
import { UNIT } from './ladder';
import type { Market } from './source';

const DAY = 86_400_000;

/** The ticker's sizes are sums over so many levels (bitfinex-v2.md 3.1). */
const SUMMED = 25;

/** A ticker computed from the market's own book, trades and candles, so that it can never contradict them. */
export function tickerRow(market: Market, now: number): unknown[] {
  const sides = market.sides('P0', SUMMED);
  const bids = sides?.bids.levels ?? [];
  const asks = sides?.asks.levels ?? [];
  const day = dayOf(market, now);
  const best = {
    bid: bids[0]?.price ?? day.last,
    bidVolume: volumeOf(bids),
    ask: asks[0]?.price ?? day.last,
    askVolume: volumeOf(asks),
  };
  if (!market.funding) return ticker.encode({ ...best, ...day });
  const periods = { bidPeriod: bids[0]?.period ?? 2, askPeriod: asks[0]?.period ?? 2 };
  // the flash return rate is an average of what is lent; here simply the last rate
  return fundingTicker.encode({ ...best, ...periods, ...day, frr: day.last, frrAmountAvailable: volumeOf(asks) });
}

function dayOf(market: Market, now: number): { change: number; changeRelative: number; last: number; baseVolume: number; high: number; low: number } {
  const bars = market.candles.since(now - DAY);
  const last = market.trades.last?.[3] ?? bars[bars.length - 1]?.close ?? 0;
  const open = bars[0]?.open ?? last;
  let [high, low, units] = [last, last, 0];
  for (const bar of bars) {
    high = Math.max(high, bar.high);
    low = Math.min(low, bar.low);
    units += bar.units;
  }
  const change = Number((last - open).toPrecision(8));
  return { change, changeRelative: open === 0 ? 0 : Number((change / open).toFixed(8)), last, baseVolume: units / UNIT, high, low };
}

const volumeOf = (levels: readonly Level[]): number =>
  levels.slice(0, SUMMED).reduce((sum, { amount }) => sum + Math.round(Math.abs(amount) * UNIT), 0) / UNIT;
