/** Now, as both clocks say it: UTC ms for people, monotonic ms for intervals. */
export interface Moment {
  readonly now: number;
  readonly monotonic: number;
}

/**
 * What the exchange's clock says, UTC ms: the newest time heard from it, carried on by the monotonic clock. Until a frame
 * has told a time the local clock must do; a jump back of it is not followed.
 */
export class CandleClock {
  private readonly exchange = new Lead();
  private readonly candles = new Lead();
  private readonly local = new Lead();
  private isTold = false;

  /** A frame came, with the exchange's time where it tells one. */
  hear(timestamp: number | undefined, at: Moment): void {
    if (timestamp === undefined) return this.local.hear(at.now, at.monotonic);
    this.isTold = true;
    this.exchange.hear(timestamp, at.monotonic);
  }

  /** A candle has begun: it is at least that late. */
  begun(bucket: number, { monotonic }: Moment): void {
    this.candles.hear(bucket, monotonic);
  }

  at({ monotonic }: Moment): number {
    return monotonic + Math.max(this.candles.most, this.isTold ? this.exchange.most : this.local.most);
  }
}

/** Clocks drift apart by seconds a day: what was heard longer ago than this counts no more. */
const REMEMBERED_MS = 600_000;

/** How far a clock is ahead of the monotonic one. Frames arrive late and never early, so the most that was heard lately is the truest. */
class Lead {
  private recent = -Infinity;
  private before = -Infinity;
  private since = -Infinity;

  get most(): number {
    return Math.max(this.recent, this.before);
  }

  hear(time: number, monotonic: number): void {
    if (monotonic - this.since > REMEMBERED_MS) {
      this.before = this.recent;
      this.recent = -Infinity;
      this.since = monotonic;
    }
    this.recent = Math.max(this.recent, time - monotonic);
  }
}
