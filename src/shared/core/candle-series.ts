import type { Candle } from '../wire/candle';
import { bucketAfter, bucketsBetween } from './candle-bucket';
import { CandleClock, type Moment } from './candle-clock';
import { CandleQuestion } from './candle-question';
import { CandleRecord, MOST_ROWS, type CandleEvent, type SeriesOptions } from './candle-record';
import type { Row } from './candle-rows';
import type { CandlesNews } from './feed';
import { bucketEnd } from './time-frame';

/**
 * A candle is closed when its bucket is over and this much more has passed on the exchange's clock: its last trades may
 * still be on their way, and nothing on the wire says that it is complete (bitfinex-v2.md 3.4: "a grace of a few seconds").
 */
export const CLOSE_DELAY_MS = 3_000;

/** Rows on top of the history: the last bucket and the running one may both be unclosed, and more may begin until the answer comes. */
const SPARE = 10;

/**
 * The candles of one key: its history, which is asked for, joined with what comes live. Nothing is told before they have
 * joined. A bucket that both know is what came live since the question, otherwise what the history says. Pure: every time
 * is an argument.
 */
export class CandleSeries {
  private readonly clock = new CandleClock();
  private readonly record: CandleRecord;
  /** What waits for its answer. */
  private question: CandleQuestion | undefined;
  private isJoined = false;
  /** Without a history: where what came live begins. Nothing is filled from before. */
  private knownFrom = -Infinity;

  constructor(private readonly options: SeriesOptions) {
    this.record = new CandleRecord(options);
  }

  /** The history is asked for now. Answers how many of the newest rows are needed. */
  ask(at: Moment): number {
    const { history, timeFrame } = this.options;
    const { missingFrom } = this.record;
    const missing = missingFrom === Infinity ? 0 : bucketsBetween(timeFrame, missingFrom, this.clock.at(at));
    this.question = new CandleQuestion(Math.max(history, Math.min(missing, MOST_ROWS)) + SPARE);
    return this.question.limit;
  }

  /** The channel told something. Nothing is closed here: of what arrives together, the rest has yet to be heard. */
  live({ candles: items, snapshot, timestamp }: CandlesNews, at: Moment): CandleEvent[] {
    const candles = items.map(({ candle }) => candle);
    this.clock.hear(timestamp, at);
    this.question?.hear(candles, snapshot);
    if (!this.isJoined) return [];
    this.put(candles.reverse(), at);
    if (this.record.hasLate) this.fillHoles();
    return this.told(at, false);
  }

  /** The history came. */
  join(history: readonly Candle[], at: Moment): CandleEvent[] {
    const events = [...this.tick(at), ...this.connect(history, at)];
    this.record.makeWhole();
    return events;
  }

  /** There is no history for now: goes on with what came live; `undefined` when it does so already. */
  joinWithout(at: Moment): CandleEvent[] | undefined {
    return this.isJoined ? undefined : this.connect(undefined, at);
  }

  /** Closes what is due. */
  tick(at: Moment): CandleEvent[] {
    if (!this.isJoined) return [];
    this.close(at);
    return this.told(at, false);
  }

  /** The line is lost: what follows joins only with a new history. */
  lost(): void {
    if (this.isJoined) this.record.miss();
    this.isJoined = false;
    this.question = undefined;
  }

  /** Milliseconds until the next candle is due to be closed. */
  dueInMs(at: Moment): number | undefined {
    const next = this.isJoined ? this.nextBucket(at) : undefined;
    return next === undefined ? undefined : Math.max(0, this.dueAt(next.bucket) - this.clock.at(at));
  }

  /** The newest candle that is known. */
  get last(): Candle | undefined {
    return this.record.rows.last?.candle;
  }

  /** The last closed candles and, unless only those are wanted, what runs; with the number of buckets that had no trade. */
  window(onlyClosed = false): { candles: Candle[]; gaps: number } {
    return this.record.window(onlyClosed);
  }

  private connect(history: readonly Candle[] | undefined, at: Moment): CandleEvent[] {
    const { record, question = new CandleQuestion(0) } = this;
    const isFirst = record.closedTo === -Infinity;
    this.question = undefined;
    this.isJoined = true;
    this.knownFrom = history === undefined ? question.snapshotFrom : -Infinity;
    this.clock.hear(undefined, at);
    record.takesOlder = history !== undefined;
    this.put(question.answered(history, { whole: isFirst }), at);
    record.takesOlder = history !== undefined && question.isAll(history);
    if (isFirst) this.begin(at);
    if (history === undefined) record.miss();
    this.fillHoles();
    this.close(at);
    if (isFirst && this.options.history === 0) record.skipTo(record.closedTo);
    return this.told(at, true);
  }

  /** Newest first: what is older than the window finds no room. */
  private put(candles: readonly Candle[], at: Moment): void {
    for (const candle of candles) {
      this.clock.begun(candle.timestamp, at);
      this.record.put(candle);
    }
  }

  private fillHoles(): void {
    if (this.options.fillGaps && this.knownFrom === -Infinity) this.record.fillHoles();
  }

  /** The first history: what is before its last candles counts as told. */
  private begin(at: Moment): void {
    const { timeFrame, fillGaps } = this.options;
    const { rows, kept } = this.record;
    const first = rows.first?.candle.timestamp;
    const due = this.clock.at(at) - CLOSE_DELAY_MS;
    if (first === undefined || bucketEnd(timeFrame, first) > due) return;
    const newest = bucketAfter(timeFrame, first, bucketsBetween(timeFrame, first, due) - 1);
    const from = fillGaps ? bucketAfter(timeFrame, newest, 1 - kept) : (rows.at(rows.countTo(newest) - kept) as Row).candle.timestamp;
    const before = rows.before(from);
    if (before !== undefined) this.record.skipTo(fillGaps ? bucketAfter(timeFrame, from, -1) : before.candle.timestamp);
  }

  /** Closes one after the other what is due. */
  private close(at: Moment): void {
    for (;;) {
      const next = this.nextBucket(at);
      if (next === undefined || this.clock.at(at) < this.dueAt(next.bucket)) return;
      this.record.close(next.bucket, next.isEmpty);
    }
  }

  private dueAt(bucket: number): number {
    return bucketEnd(this.options.timeFrame, bucket) + CLOSE_DELAY_MS;
  }

  /** The bucket that is closed next, and whether it has no candle. */
  private nextBucket(at: Moment): { bucket: number; isEmpty: boolean } | undefined {
    const { timeFrame, fillGaps } = this.options;
    const { rows, closedTo } = this.record;
    const row = rows.after(closedTo)?.candle.timestamp;
    const base = rows.before(closedTo + 1)?.candle.timestamp;
    if (!fillGaps || base === undefined || base < this.knownFrom) return row === undefined ? undefined : { bucket: row, isEmpty: false };
    const following = bucketAfter(timeFrame, closedTo, 1);
    if (row !== undefined && row <= following) return { bucket: row, isEmpty: false };
    const empty = bucketsBetween(timeFrame, following, row ?? this.clock.at(at));
    return { bucket: bucketAfter(timeFrame, following, Math.max(0, empty - MOST_ROWS)), isEmpty: true };
  }

  /** From the first candle that was told on, whatever closes is told: what was over before it counts as closed. */
  private told(at: Moment, replayed: boolean): CandleEvent[] {
    const { record } = this;
    const events = record.told(replayed);
    const first = record.rows.first?.candle.timestamp;
    if (record.closedTo === -Infinity && first !== undefined) record.closedTo = this.lastDueBefore(first, at);
    return events;
  }

  private lastDueBefore(bucket: number, at: Moment): number {
    const before = bucketAfter(this.options.timeFrame, bucket, -1);
    return this.clock.at(at) < this.dueAt(before) ? bucketAfter(this.options.timeFrame, before, -1) : before;
  }
}
