import type { Candle } from '../wire/candle';
import { backoffMs } from './backoff';
import type { Moment } from './candle-clock';
import type { CandleEvent, SeriesOptions } from './candle-record';
import { CandleSeries } from './candle-series';
import type { Clock, Stop } from './clock';
import type { CandlesNews } from './feed';

/** A timer takes no longer wait than 24 days, and a clock may be set: look again after this. */
const LONGEST_WAIT_MS = 3_600_000;

/**
 * A timer of a busy or sleeping process runs before what arrived meanwhile is read: a candle that is due waits this much
 * longer, and again when this was late too.
 */
const READ_MS = 100;

/** The reading itself has tried several times, so its pauses begin longer than those of a socket. */
const TRIED_BEFORE = 1;

/** What a watch needs, and whom it tells. */
export interface WatchPorts {
  readonly clock: Clock;
  /** The newest candles of the history, so many, in any order. */
  read(limit: number): Promise<readonly Candle[]>;
  /** Something changed, or history and live have joined: then `joined`, and perhaps no event. */
  changed(events: readonly CandleEvent[], joined: boolean): void;
  /** The history could not be read; told once until it could. */
  failed(error: unknown): void;
  /** Is the history there? Not from the moment that it is asked for. */
  whole(isWhole: boolean): void;
}

/** Keeps a series going: asks for its history whenever the channel is live anew, again when that failed, and closes on time. */
export class CandleWatch {
  readonly series: CandleSeries;
  private stopTimer: Stop = () => undefined;
  private stopRetry: Stop = () => undefined;
  /** A candle is due, and what has arrived is being read. */
  private isClosing = false;
  /** Only the last question counts. */
  private question = 0;
  private isLive = false;
  private tries = 0;

  constructor(
    options: SeriesOptions,
    private readonly ports: WatchPorts,
  ) {
    this.series = new CandleSeries(options);
  }

  /** The channel is live; what it tells comes after this. */
  begin(): void {
    this.isLive = true;
    this.ports.whole(false);
    this.ask();
  }

  news(news: CandlesNews): void {
    if (!this.isLive) return;
    this.tell(this.series.live(news, this.moment()));
  }

  /** The channel is not live any more, or not wanted. */
  lost(): void {
    this.isLive = false;
    this.question++;
    this.stopTimer();
    this.stopRetry();
    this.isClosing = false;
    this.series.lost();
  }

  private ask(): void {
    const question = ++this.question;
    const isOpen = (): boolean => question === this.question;
    this.stopRetry();
    this.ports.read(this.series.ask(this.moment())).then(
      (candles) => isOpen() && this.answered(candles),
      (error: unknown) => isOpen() && this.failed(error),
    );
  }

  private answered(candles: readonly Candle[]): void {
    this.tries = 0;
    this.ports.whole(true);
    this.tell(this.series.join(candles, this.moment()), true);
  }

  private failed(error: unknown): void {
    const { clock } = this.ports;
    if (this.tries++ === 0) this.ports.failed(error);
    this.stopRetry = clock.after(backoffMs(this.tries + TRIED_BEFORE, clock.random()), () => this.ask());
    const events = this.series.joinWithout(this.moment());
    this.tell(events ?? [], events !== undefined);
  }

  private tell(events: readonly CandleEvent[], joined = false): void {
    if (joined || events.length > 0) this.ports.changed(events, joined);
    this.plan();
  }

  /** Sleeps until the next candle is due. */
  private plan(): void {
    if (this.isClosing) return;
    this.stopTimer();
    const dueInMs = this.series.dueInMs(this.moment());
    if (dueInMs !== undefined) this.stopTimer = this.ports.clock.after(Math.min(dueInMs, LONGEST_WAIT_MS), () => this.read());
  }

  private read(): void {
    const { clock } = this.ports;
    const from = clock.monotonic();
    this.isClosing = true;
    this.stopTimer = clock.after(READ_MS, () => {
      if (clock.monotonic() - from > 2 * READ_MS) return this.read();
      this.isClosing = false;
      this.tell(this.series.tick(this.moment()));
    });
  }

  private moment(): Moment {
    const { clock } = this.ports;
    return { now: clock.now(), monotonic: clock.monotonic() };
  }
}
