import { bucketStart } from '../../core/time-frame';
import type { Bar } from './candles';
import { PERIODS, type Instrument } from './instruments';
import { significant, UNIT } from './ladder';
import { Luck } from '../luck';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** What there was before the exchange started, the longer ago the coarser: hours, minutes, trades. */
const OLD_HOURS = 24 * 100;
const OLD_MINUTES = 36 * 60;
const TRADED_MINUTES = 60;

/** How far the price moves in a minute, as a part of it. */
const MINUTE_MOVE = 0.0006;

/** What happened before the exchange was started. */
export interface History {
  readonly minutes: Bar[];
  readonly trades: number[][];
  readonly price: number;
  readonly nextId: number;
}

/**
 * The past of one market: a price walk that ends now. It depends on luck alone; `now` only dates it.
 * @param isWhole else it has no minutes: they are walked through, but nobody needs them yet
 */
export function makeHistory(instrument: Instrument, luck: Luck, now: number, isWhole: boolean): History {
  const start = bucketStart('1m', now) - (OLD_MINUTES + TRADED_MINUTES) * MINUTE;
  const walk = new Walk(instrument, luck);
  const minutes: Bar[] = [];
  for (let at = 0; at < OLD_MINUTES; at++) {
    const bar = walk.bar(start + at * MINUTE, 1);
    if (isWhole) minutes.push(bar);
  }
  const trades = walk.trades(start + OLD_MINUTES * MINUTE, TRADED_MINUTES);
  return { minutes, trades, price: walk.price, nextId: walk.id };
}

/** The same past on another level: it ends at this price, of five digits as all prices are; `undefined`: as it is. */
export function endingAt(price: number | undefined, history: History): History {
  if (price === undefined) return history;
  const { minutes, trades, nextId, price: last } = history;
  const moved = (one: number): number => Number(((one / last) * price).toPrecision(5));
  const bars = minutes.map(({ open, close, high, low, ...bar }) => ({ ...bar, open: moved(open), close: moved(close), high: moved(high), low: moved(low) }));
  return { minutes: bars, trades: trades.map((row) => row.map((value, at) => (at === PRICE_AT ? moved(value) : value))), price, nextId };
}

/** Column of a trade's row. */
const PRICE_AT = 3;

/** The hours before the first minute, walked backwards from its open: few ask for them, so they are made on demand. */
export function makeOldHours(instrument: Instrument, seed: number, { open, timestamp }: Bar): Bar[] {
  const walk = new Walk(instrument, new Luck(seed, `${instrument.symbol} hours`), open);
  const end = bucketStart('1h', timestamp);
  const backwards = Array.from({ length: OLD_HOURS }, (_, at) => walk.bar(end - (at + 1) * HOUR, 60));
  return backwards.map((bar) => ({ ...bar, open: bar.close, close: bar.open })).reverse();
}

class Walk {
  id: number;

  constructor(
    private readonly instrument: Instrument,
    private readonly luck: Luck,
    public price = instrument.price,
  ) {
    this.id = 1_500_000_000 + luck.below(100_000_000);
  }

  /** One bar of so many minutes, from four places on the way. */
  bar(timestamp: number, minutes: number): Bar {
    const open = this.price;
    const places = [open, this.move(minutes / 3), this.move(minutes / 3), this.move(minutes / 3)];
    const rate = (MINUTE / this.instrument.stepMs) * this.instrument.tradeChance * 0.6;
    const units = Math.round(rate * minutes * this.instrument.size * this.luck.between(0.4, 1.6) * UNIT);
    return { timestamp, open, close: this.price, high: Math.max(...places), low: Math.min(...places), units };
  }

  /** Single trades, at about the pace of the running market; half of its minutes' chances give none. */
  trades(start: number, minutes: number): number[][] {
    const perMinute = Math.max(1, Math.round((MINUTE / this.instrument.stepMs) * this.instrument.tradeChance));
    const rows: number[][] = [];
    for (let at = 0; at < minutes * perMinute; at++) {
      this.move(1 / perMinute);
      if (this.luck.chance(0.5)) rows.push(this.trade(start + Math.floor(((at + 0.5) * MINUTE) / perMinute)));
    }
    return rows;
  }

  private trade(timestamp: number): number[] {
    const units = Math.max(1, Math.round(this.instrument.size * this.luck.exponential() * 0.5 * UNIT));
    const row = [this.nextId(), timestamp, ((this.luck.chance(0.5) ? 1 : -1) * units) / UNIT, this.price];
    if (this.instrument.symbol.startsWith('f')) row.push(this.luck.pick(PERIODS));
    return row;
  }

  private nextId(): number {
    this.id += 1 + this.luck.below(4);
    return this.id;
  }

  private move(minutes: number): number {
    // pulled softly to where it began, so that a hundred days stay plausible
    const pull = Math.log(this.instrument.price / this.price) * minutes * 1e-5;
    const factor = Math.exp(this.luck.normal() * MINUTE_MOVE * Math.sqrt(minutes) + pull);
    this.price = significant(this.price * factor, 5, this.luck.chance(0.5));
    return this.price;
  }
}
