import { bucketStart, type TimeFrame } from '../../core/time-frame';
import { barOfTrade, grouped, type Bar } from './candles';
import { PERIODS } from './instruments';
import type { Market } from './source';

/** Does this key's part (`p30`, `a30:p2:p30`) cover a funding trade of so many days? */
export function covers(periods: string, days: number): boolean {
  const [first = 0, last = first] = [...periods.matchAll(/p(\d+)/g)].map(([, number]) => Number(number));
  return days >= first && days <= last;
}

/**
 * Candles of some periods. The trades that are remembered say which period they have; of what was before only the sum is
 * known, and each period is given its usual share of it.
 */
export function fundingBars({ candles, trades }: Market, timeFrame: TimeFrame, periods: string): Bar[] {
  const remembered = trades.all;
  const from = bucketStart('1m', remembered[0]?.[1] ?? Infinity);
  const share = PERIODS.filter((days) => covers(periods, days)).length / PERIODS.length;
  const older = share === 0 ? [] : candles.parts(timeFrame).filter(({ timestamp }) => timestamp < from);
  return grouped(timeFrame, [
    ...older.map((bar) => ({ ...bar, units: Math.round(bar.units * share) })),
    ...remembered.filter(([, , , , days]) => covers(periods, days as number)).map(barOfTrade),
  ]);
}
