import type { CandleEvent } from '../../src/shared/core/candle-record';
import { CLOSE_DELAY_MS } from '../../src/shared/core/candle-series';
import { CandleWatch } from '../../src/shared/core/candle-watch';
import type { Clock } from '../../src/shared/core/clock';
import { bucketEnd, bucketStart, type TimeFrame } from '../../src/shared/core/time-frame';
import type { Candle } from '../../src/shared/wire/candle';
import { VirtualClock } from '../virtual-clock';

/** A candle whose prices follow from one number. */
export const candleOf = (timestamp: number, price: number, volume = 1): Candle => ({ timestamp, open: price, high: price + 1, low: price - 1, close: price + 0.5, volume });

/** How one exchange and the line to it behave. */
export interface Setting {
  readonly timeFrame: TimeFrame;
  readonly history: number;
  readonly fillGaps: boolean;
  /** Do frames tell the exchange's time? */
  readonly timed: boolean;
  /** Candles that were there before. */
  readonly past: readonly boolean[];
}

/** A question that waits for its answer. */
interface Question {
  readonly limit: number;
  /** The exchange's time when it was asked. */
  readonly at: number;
  /** What the exchange knew when it was asked. */
  readonly then: readonly Candle[];
  /** The line it was asked on is gone. */
  isOld: boolean;
  /** A snapshot of the newest candles followed it: an answer that is a little older does no harm. */
  isCovered: boolean;
  answer(candles: readonly Candle[]): void;
  fail(): void;
}

/** Frames come so late at most. */
export const LATENCY_MS = 500;

const START = Date.UTC(2024, 1, 28, 22, 30);

/** The true candles of a key, the line that tells of them, and a watch at its end. */
export class TrueMarket {
  readonly clock = new VirtualClock();
  readonly truth = new Map<number, Candle>();
  /** Came into being long after their time. */
  readonly lateBorn = new Set<number>();
  readonly told: { readonly at: number; readonly event: CandleEvent }[] = [];
  readonly questions: Question[] = [];
  readonly failures: unknown[] = [];
  readonly watch: CandleWatch;
  /** Hears each event, with the exchange's time. */
  onEvent: (event: CandleEvent, at: number) => void = () => undefined;
  isConnected = false;
  isWhole = false;
  /** Frames that wait unread because the process stands still. */
  private unread: (() => void)[] | undefined;
  private price = 100;
  private luck = 1;

  constructor(readonly setting: Setting) {
    const { timeFrame, past } = setting;
    let bucket = bucketStart(timeFrame, START);
    for (const isTraded of past) {
      bucket = bucketStart(timeFrame, bucket - 1);
      if (isTraded) this.truth.set(bucket, candleOf(bucket, ++this.price));
    }
    const clock: Clock = {
      // where frames tell the time, the local clock is wrong by a day and nobody may notice
      now: () => this.time + (setting.timed ? 86_400_000 : -LATENCY_MS),
      monotonic: this.clock.monotonic,
      after: this.clock.after,
      random: this.clock.random,
    };
    this.watch = new CandleWatch(setting, {
      clock,
      read: (limit) => this.ask(limit),
      changed: (events) => events.forEach((event) => this.hear(event)),
      failed: (error) => this.failures.push(error),
      whole: (isWhole) => (this.isWhole = isWhole),
    });
  }

  /** The exchange's time. */
  get time(): number {
    return START + this.clock.monotonic();
  }

  get rows(): Candle[] {
    return [...this.truth.values()].sort((a, b) => a.timestamp - b.timestamp);
  }

  get span(): number {
    const bucket = bucketStart(this.setting.timeFrame, this.time);
    return bucketEnd(this.setting.timeFrame, bucket) - bucket;
  }

  trade(): void {
    const bucket = bucketStart(this.setting.timeFrame, this.time);
    const { open, high, low, volume } = this.truth.get(bucket) ?? { open: this.price, high: -Infinity, low: Infinity, volume: 0 };
    this.price = 100 + this.random(50);
    this.change({ timestamp: bucket, open, high: Math.max(high, this.price), low: Math.min(low, this.price), close: this.price, volume: volume + 1 });
  }

  /** Changes a candle of the past, or makes one where none was; `back` 0 is the newest. Answers whether there is any. */
  correct(back: number, isNew: boolean): boolean {
    const rows = this.rows;
    const known = rows.at(-1 - (back % Math.max(1, rows.length)));
    if (known === undefined) return false;
    if (!isNew) return this.change({ ...known, close: known.close + (this.isShown(known.timestamp) ? 7 : 0), high: known.high + 7 });
    const bucket = bucketEnd(this.setting.timeFrame, known.timestamp);
    if (this.truth.has(bucket) || bucket >= bucketStart(this.setting.timeFrame, this.time)) return false;
    this.lateBorn.add(bucket);
    return this.change(candleOf(bucket, this.isShown(bucket) ? this.price : known.close - 0.5));
  }

  /** What is filled follows the last candle that is known: one behind the window must not change its price. */
  private isShown(bucket: number): boolean {
    return this.isConnected && bucket >= (this.expected()[0]?.timestamp ?? Infinity);
  }

  /** Tells a candle again. */
  repeat(back: number): void {
    const known = this.rows.at(-1 - (back % Math.max(1, this.truth.size)));
    if (known !== undefined) this.send([known], false);
  }

  pass(ms: number): void {
    this.clock.advance(ms);
  }

  /** The process stands still while the exchange goes on; then late timers run, and only then the frames are read. */
  standStill(ms: number, trades: number): void {
    this.unread = [];
    const step = ms / (trades + 1);
    // timers of a process that stands still do not run: only the exchange's time goes on
    for (let at = 1; at <= trades; at++) this.tradeAt(this.time + at * step);
    this.clock.oversleep(ms);
    const { unread } = this;
    this.unread = undefined;
    for (const read of unread) read();
    // old frames tell an old time: the next one that is on time puts it right
    this.repeat(0);
  }

  drop(): void {
    this.isConnected = false;
    for (const question of this.questions) question.isOld = true;
    this.watch.lost();
  }

  connect(snapshot: number): void {
    this.isConnected = true;
    this.watch.begin();
    const rows = this.rows.slice(-Math.max(1, snapshot));
    const question = this.questions.at(-1) as Question;
    question.isCovered = rows.length >= 4;
    if (rows.length > 0) this.send(rows, true);
  }

  /** What REST says: so many of these rows, newest first. */
  pick = (rows: readonly Candle[], limit: number): Candle[] => rows.slice(-limit).reverse();

  /** What must be in the window. */
  expected(): Candle[] {
    const { fillGaps, history, timeFrame } = this.setting;
    const isDue = (bucket: number): boolean => bucketEnd(timeFrame, bucket) + CLOSE_DELAY_MS + LATENCY_MS <= this.time;
    const rows = this.rows;
    const closed: Candle[] = [];
    for (const row of rows.filter(({ timestamp }) => isDue(timestamp))) {
      if (fillGaps) this.fillUpTo(closed, row.timestamp);
      closed.push(row);
    }
    if (fillGaps) this.fillUpTo(closed, Infinity, isDue);
    return [...(history === 0 ? [] : closed.slice(-history)), ...rows.filter(({ timestamp }) => !isDue(timestamp))];
  }

  private fillUpTo(closed: Candle[], end: number, isDue: (bucket: number) => boolean = () => true): void {
    for (let last = closed.at(-1); last !== undefined; last = closed.at(-1)) {
      const timestamp = bucketEnd(this.setting.timeFrame, last.timestamp);
      if (timestamp >= end || !isDue(timestamp)) return;
      closed.push({ timestamp, open: last.close, high: last.close, low: last.close, close: last.close, volume: 0 });
    }
  }

  private tradeAt(time: number): void {
    const bucket = bucketStart(this.setting.timeFrame, time);
    const known = this.truth.get(bucket) ?? candleOf(bucket, this.price, 0);
    const candle = { ...known, volume: known.volume + 1 };
    this.truth.set(bucket, candle);
    if (this.isConnected) this.frame([candle], false, time);
  }

  private change(candle: Candle): true {
    this.truth.set(candle.timestamp, candle);
    this.send([candle], false);
    return true;
  }

  private send(candles: readonly Candle[], snapshot: boolean): void {
    if (this.isConnected) this.frame(candles, snapshot, this.time - this.random(LATENCY_MS));
  }

  private frame(candles: readonly Candle[], snapshot: boolean, time: number): void {
    const items = candles.map((candle) => ({ candle, info: [] }));
    const read = (): void => this.watch.news({ kind: 'candles', candles: items, snapshot, timestamp: this.setting.timed ? Math.floor(time) : undefined });
    if (this.unread === undefined) read();
    else this.unread.push(read);
  }

  private ask(limit: number): Promise<readonly Candle[]> {
    return new Promise((answer, fail) => {
      this.questions.push({ limit, at: this.time, then: this.rows, isOld: false, isCovered: false, answer, fail: () => fail(new Error('no answer')) });
    });
  }

  private hear(event: CandleEvent): void {
    this.told.push({ at: this.time, event });
    this.onEvent(event, this.time);
  }

  private random(below: number): number {
    this.luck = (this.luck * 48271) % 2147483647;
    return this.luck % below;
  }
}
