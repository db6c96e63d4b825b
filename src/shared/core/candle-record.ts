import type { Candle } from '../wire/candle';
import { bucketAfter, bucketsBetween } from './candle-bucket';
import { CandleRows, type Row } from './candle-rows';
import type { TimeFrame } from './time-frame';

/** The most candles that are invented for one gap, or kept because something may be missing: as many as REST gives at once (bitfinex-v2.md 7). */
export const MOST_ROWS = 10_000;

/** What a series is kept for. */
export interface SeriesOptions {
  readonly timeFrame: TimeFrame;
  /** Closed candles in the window. */
  readonly history: number;
  /** Makes a flat candle where nothing was traded. */
  readonly fillGaps: boolean;
}

/** What happened to one candle. */
export interface CandleEvent {
  readonly candle: Candle;
  /** Complete: said exactly once for each bucket. */
  readonly closed: boolean;
  /** It belongs to a past that was told already: it has changed after it was closed, or with `closed` was missing there. */
  readonly corrected: boolean;
  /** Candles are missing before it, or this one has no trade itself and fills a gap. */
  readonly gap: boolean;
  /** Learned from the history: it was so at the start, or became so while the line was down. */
  readonly replayed: boolean;
}

/** What became of a bucket since it was last told. `late`: it was missing in a past that was told. */
type Effect = 'running' | 'closed' | 'corrected' | 'late';

/** The candles of one series: up to `closedTo` closed, later ones run. Remembers what has to be told about them. */
export class CandleRecord {
  readonly rows = new CandleRows();
  /** Start of the newest closed bucket. */
  closedTo = -Infinity;
  /** May a candle come that is older than all others, if the window has room for it? */
  takesOlder = false;
  /** What is later may have holes, because a history did not come; `Infinity`: nothing is missing. */
  missingFrom = Infinity;
  /** What was over before the first window is never told. */
  private untoldTo = -Infinity;
  private effects = new Map<number, Effect>();

  constructor(private readonly options: SeriesOptions) {}

  /** One closed candle is always kept: the next one is filled from it. */
  get kept(): number {
    return Math.max(1, this.options.history);
  }

  /** All up to this bucket counts as told. */
  skipTo(bucket: number): void {
    this.closedTo = bucket;
    this.untoldTo = bucket;
  }

  /** From the newest closed candle on something may be missing until a history comes. */
  miss(): void {
    if (this.missingFrom === Infinity && this.closedTo !== -Infinity) this.missingFrom = this.closedTo;
  }

  /** A history has come. */
  makeWhole(): void {
    this.missingFrom = Infinity;
    this.forget();
  }

  /** Takes a candle of the exchange. */
  put(candle: Candle): void {
    const { timestamp } = candle;
    if (this.rows.holds(candle)) return;
    const effect = this.effectOn(timestamp);
    if (effect === 'late' && !this.isWanted(timestamp)) return;
    this.rows.put({ candle, filled: false });
    this.note(timestamp, effect);
    if (this.options.fillGaps) this.refill(timestamp);
  }

  /** Was a candle put that had been missing? */
  get hasLate(): boolean {
    return [...this.effects.values()].includes('late');
  }

  /** Closes the next bucket, with a flat candle where it is empty. */
  close(bucket: number, isEmpty: boolean): void {
    if (isEmpty) this.rows.fill(bucket);
    this.closedTo = bucket;
    this.effects.set(bucket, 'closed');
  }

  /** Fills what lies between closed candles, newest first, as far as the window reaches or something was missing. */
  fillHoles(): void {
    let bucket = this.closedTo;
    for (let count = 0; count <= MOST_ROWS; count++) {
      const row = this.rows.before(bucket + 1);
      if (row === undefined || (count >= this.kept && bucket <= this.missingFrom)) return;
      if (row.candle.timestamp < bucket) {
        this.rows.fill(bucket);
        this.note(bucket, 'late');
      }
      bucket = bucketAfter(this.options.timeFrame, bucket, -1);
    }
  }

  /** What there is to tell, oldest first. */
  told(replayed: boolean): CandleEvent[] {
    const from = Math.min(this.missingFrom, this.rows.at(this.rows.countTo(this.closedTo) - this.kept)?.candle.timestamp ?? Infinity);
    const isTold = ([bucket, effect]: [number, Effect]): boolean => bucket > this.untoldTo && (effect !== 'late' || bucket >= from);
    const events = [...this.effects].filter(isTold).sort(([a], [b]) => a - b);
    this.effects = new Map();
    const told = events.map(([bucket, effect]) => this.event(this.rows.of(bucket) as Row, effect, replayed));
    this.forget();
    return told;
  }

  /** The last closed candles and, unless only those are wanted, what runs; with the number of buckets that had no trade. */
  window(onlyClosed: boolean): { candles: Candle[]; gaps: number } {
    const { history } = this.options;
    const closed = this.rows.countTo(this.closedTo);
    const rows = this.rows.from(closed - history).slice(0, onlyClosed ? Math.min(closed, history) : undefined);
    const gaps = rows.reduce((sum, row, at) => sum + (row.filled ? 1 : 0) + this.missingBetween(rows[at - 1], row), 0);
    return { candles: rows.map(({ candle }) => candle), gaps };
  }

  private isWanted(bucket: number): boolean {
    const isInside = bucket > Math.min(this.missingFrom, this.rows.first?.candle.timestamp ?? Infinity);
    return isInside || (this.takesOlder && this.rows.countTo(this.closedTo) < this.kept);
  }

  private effectOn(bucket: number): Effect {
    if (bucket > this.closedTo) return 'running';
    return this.rows.of(bucket) === undefined ? 'late' : 'corrected';
  }

  /** A further change before the first was told adds nothing to it. */
  private note(bucket: number, effect: Effect): void {
    if (!this.effects.has(bucket)) this.effects.set(bucket, effect);
  }

  /** What was filled from a candle that has changed is filled anew. */
  private refill(changed: number): void {
    for (let row = this.rows.after(changed); row?.filled === true; row = this.rows.after(row.candle.timestamp)) {
      const { timestamp, close } = row.candle;
      if (close === this.rows.before(timestamp)?.candle.close) return;
      this.rows.fill(timestamp);
      this.note(timestamp, 'corrected');
    }
  }

  private event(row: Row, effect: Effect, replayed: boolean): CandleEvent {
    const closed = effect === 'closed' || effect === 'late';
    const corrected = effect === 'corrected' || effect === 'late';
    return { candle: row.candle, closed, corrected, gap: row.filled || this.isBehindGap(row), replayed: replayed && effect !== 'running' };
  }

  private isBehindGap(row: Row): boolean {
    const before = this.rows.before(row.candle.timestamp);
    // what is not filled yet, or lies behind the window, is no gap
    if (this.options.fillGaps && (row.candle.timestamp > this.closedTo || (before?.candle.timestamp ?? 0) <= this.untoldTo)) return false;
    return this.missingBetween(before, row) > 0;
  }

  private missingBetween(before: Row | undefined, row: Row): number {
    return before === undefined ? 0 : Math.max(0, bucketsBetween(this.options.timeFrame, before.candle.timestamp, row.candle.timestamp) - 1);
  }

  /** What is behind the window goes; but what may have holes stays, for it may yet be corrected. */
  private forget(): void {
    const behind = this.rows.countTo(this.closedTo) - this.kept;
    if (behind > MOST_ROWS) this.missingFrom = Infinity;
    this.rows.drop(this.missingFrom === Infinity ? behind : Math.min(behind, this.rows.countTo(this.missingFrom) - 1));
  }
}
