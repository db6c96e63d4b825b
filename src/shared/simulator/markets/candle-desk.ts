import { candlesKey, type CandlesSubject } from '../../core/candles-key';
import type { Stop } from '../../core/clock';
import { rowOfBar, type Bar } from './candles';
import { fundingBars } from './funding-candles';
import type { Market, MarketSource } from './source';
import { pickRange, type Range } from './trade-log';

/** A candle as the wire has it: start of its bucket (ms), open, close, high, low, volume. */
export type CandleRow = readonly number[];

/** The bars of one key, oldest first. */
export const barsOf = (market: Market, { timeFrame, periods }: CandlesSubject): Bar[] =>
  periods === undefined ? market.candles.bars(timeFrame) : fundingBars(market, timeFrame, periods);

/** The candles that channel and REST both show: the market's own, or those that a test has given, and what was corrected since. */
export class CandleDesk {
  private readonly corrected = new Map<string, Map<number, CandleRow>>();
  private readonly followers = new Map<string, Set<(row: CandleRow) => void>>();

  constructor(private readonly source: MarketSource) {}

  /** Are these rows given, so that no trade changes them? */
  isGiven = (subject: CandlesSubject): boolean => this.source.candles?.(candlesKey(subject)) !== undefined;

  rows(market: Market, subject: CandlesSubject, range: Range): CandleRow[] {
    const key = candlesKey(subject);
    const given = this.source.candles?.(key);
    const corrected = this.corrected.get(key);
    if (given === undefined && corrected === undefined) return pickRange(barsOf(market, subject), ({ timestamp }) => timestamp, range).map(rowOfBar);
    const rows = given ?? barsOf(market, subject).map(rowOfBar);
    return pickRange(corrected === undefined ? rows : merged(rows, corrected), timeOf, range);
  }

  /** Puts a row into the key's history, in the place of the one of its time, and tells whoever follows. */
  correct(key: string, row: CandleRow): void {
    const rows = this.corrected.get(key) ?? new Map<number, CandleRow>();
    this.corrected.set(key, rows.set(timeOf(row), row));
    for (const follower of this.followers.get(key) ?? []) follower(row);
  }

  /** Hears of corrections. */
  follow(subject: CandlesSubject, follower: (row: CandleRow) => void): Stop {
    const key = candlesKey(subject);
    const followers = this.followers.get(key) ?? new Set();
    this.followers.set(key, followers.add(follower));
    return () => void followers.delete(follower);
  }
}

const timeOf = (row: CandleRow): number => row[0] as number;

const merged = (rows: readonly CandleRow[], corrected: ReadonlyMap<number, CandleRow>): CandleRow[] =>
  [...new Map([...rows.map((row) => [timeOf(row), row] as const), ...corrected]).values()].sort((a, b) => timeOf(a) - timeOf(b));
