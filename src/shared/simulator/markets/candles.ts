import { candle as table } from '../../wire/candle';
import { bucketEnd, bucketStart, type TimeFrame } from '../../core/time-frame';
import { UNIT } from './ladder';

/** Old hours cannot be split: they serve only frames of an hour and more. */
const isLong = (timeFrame: TimeFrame): boolean => bucketEnd(timeFrame, 0) >= 60 * 60_000;

/** A candle under construction: its volume is counted in whole units. */
export interface Bar {
  timestamp: number;
  open: number;
  close: number;
  high: number;
  low: number;
  units: number;
}

/** The wire row of a bar. */
export const rowOfBar = (bar: Bar): number[] => table.encode({ ...bar, volume: bar.units / UNIT }) as number[];

/** Bars of this width, made of narrower ones or of trades, oldest first. */
export function grouped(timeFrame: TimeFrame, parts: readonly Bar[]): Bar[] {
  const bars: Bar[] = [];
  for (const part of parts) extend(bars, bucketStart(timeFrame, part.timestamp), part);
  return bars;
}

/** Adds what happened later to the last bar, or begins the next one. */
export function extend(bars: Bar[], bucket: number, next: Bar): void {
  const last = bars[bars.length - 1];
  if (last === undefined || last.timestamp < bucket) {
    bars.push({ ...next, timestamp: bucket });
    return;
  }
  last.close = next.close;
  last.high = Math.max(last.high, next.high);
  last.low = Math.min(last.low, next.low);
  last.units += next.units;
}

/** The bar that a single trade makes. */
export const barOfTrade = (row: readonly number[]): Bar => {
  const [, timestamp = 0, amount = 0, price = 0] = row;
  return { timestamp, open: price, close: price, high: price, low: price, units: Math.round(Math.abs(amount) * UNIT) };
};

/** Minutes kept: ten days. */
const KEPT = 14_400;

/** What was before the first trade. It is made when somebody asks: most never do, and it is large. */
export interface Past {
  /** Minute by minute, up to the first trade. */
  minutes(): readonly Bar[];
  /** Hours from before the first of those minutes: only for frames that long. */
  hours(first: Bar): readonly Bar[];
}

/** All candles of one symbol: built of one-minute bars, minutes without a trade are absent. Oldest first. */
export class Candles {
  /** Since the first trade, and once somebody has asked those before it. */
  private minutes: Bar[] = [];
  private hours: readonly Bar[] | undefined;
  /** Are they in the list, or too old for it? */
  private isMade = false;

  constructor(private past?: Past) {}

  addTrade(row: readonly number[]): void {
    const bar = barOfTrade(row);
    this.addBar(bar, bucketStart('1m', bar.timestamp));
  }

  addBar(bar: Bar, minute: number): void {
    extend(this.minutes, minute, bar);
    if (this.minutes.length <= KEPT * 1.1) return;
    this.minutes = this.minutes.slice(-KEPT);
    this.isMade = true;
  }

  /** Forgets everything: a recording begins anew. */
  clear(): void {
    this.minutes = [];
    this.past = undefined;
  }

  /** The bars since a time, minute by minute. */
  since(time: number): readonly Bar[] {
    const minutes = this.all();
    let from = minutes.length;
    while (from > 0 && (minutes[from - 1] as Bar).timestamp >= time) from--;
    return minutes.slice(from);
  }

  /** The last bar that was complete at this time. */
  before(time: number): Bar | undefined {
    const minute = bucketStart('1m', time);
    return this.all().findLast(({ timestamp }) => timestamp < minute);
  }

  bars(timeFrame: TimeFrame): Bar[] {
    return grouped(timeFrame, this.parts(timeFrame));
  }

  /** What bars of this width are made of. */
  parts(timeFrame: TimeFrame): readonly Bar[] {
    const minutes = this.all();
    return isLong(timeFrame) ? [...this.oldHours(minutes), ...minutes] : minutes;
  }

  private all(): readonly Bar[] {
    if (!this.isMade) this.minutes = [...(this.past?.minutes() ?? []), ...this.minutes];
    this.isMade = true;
    return this.minutes;
  }

  private oldHours([first]: readonly Bar[]): readonly Bar[] {
    if (first === undefined || this.past === undefined) return [];
    return (this.hours ??= this.past.hours(first));
  }
}
