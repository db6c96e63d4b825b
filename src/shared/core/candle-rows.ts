import type { Candle } from '../wire/candle';

/** A candle of the exchange, or one that fills a gap. */
export interface Row {
  readonly candle: Candle;
  /** No trade: the exchange has no such candle. */
  readonly filled: boolean;
}

/** Candles by the start of their bucket, oldest first, each bucket once. */
export class CandleRows {
  private rows: Row[] = [];

  get first(): Row | undefined {
    return this.rows[0];
  }

  get last(): Row | undefined {
    return this.rows.at(-1);
  }

  /** The row of this bucket. */
  of(bucket: number): Row | undefined {
    const row = this.rows[this.placeOf(bucket)];
    return row?.candle.timestamp === bucket ? row : undefined;
  }

  /** The newest row before a time. */
  before(time: number): Row | undefined {
    return this.rows[this.placeOf(time) - 1];
  }

  /** The oldest row after a time. */
  after(time: number): Row | undefined {
    return this.rows[this.placeOf(time + 1)];
  }

  /** How many rows are at a time or before it. */
  countTo(time: number): number {
    return this.placeOf(time + 1);
  }

  /** Puts a row in its place, over the one of its bucket. */
  put(row: Row): void {
    const place = this.placeOf(row.candle.timestamp);
    const replaces = this.rows[place]?.candle.timestamp === row.candle.timestamp;
    this.rows.splice(place, replaces ? 1 : 0, row);
  }

  /** Is this very candle known? */
  holds(candle: Candle): boolean {
    const row = this.of(candle.timestamp);
    return row?.filled === false && isSame(row.candle, candle);
  }

  /** Puts a flat candle into a bucket: the price is where the candle before it left it. */
  fill(bucket: number): void {
    const price = (this.before(bucket) as Row).candle.close;
    this.put({ candle: { timestamp: bucket, open: price, close: price, high: price, low: price, volume: 0 }, filled: true });
  }

  /** Forgets so many of the oldest rows. */
  drop(count: number): void {
    if (count > 0) this.rows.splice(0, count);
  }

  /** The row at this place, counted from the oldest. */
  at(place: number): Row | undefined {
    return this.rows[Math.max(0, place)];
  }

  /** The rows from this place on; a place before the first is the first. */
  from(place: number): Row[] {
    return this.rows.slice(Math.max(0, place));
  }

  /** Where a bucket is, or would be: almost always at the end. */
  private placeOf(bucket: number): number {
    let [low, high] = [0, this.rows.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.rows[middle] as Row).candle.timestamp < bucket) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const isSame = (one: Candle, other: Candle): boolean =>
  one.open === other.open && one.close === other.close && one.high === other.high && one.low === other.low && one.volume === other.volume;
