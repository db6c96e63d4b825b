import { candleChart } from '../../shared/core/candle-chart';
import type { CandleEvent } from '../../shared/core/candle-record';
import { CandleWatch } from '../../shared/core/candle-watch';
import type { Candle } from '../../shared/wire/candle';
import type { News } from '../../shared/core/feed';
import { ohlcv, unifiedCandle } from '../../shared/core/ohlcv';
import { Throttle } from '../../shared/core/throttle';
import { bucketEnd, type TimeFrame } from '../../shared/core/time-frame';
import type { View, ViewContext } from '../../shared/red/stream-kind';

/** The settings of a candles node. */
export interface Options {
  readonly timeFrame: TimeFrame;
  readonly history: number;
  readonly output: 'window' | 'candle' | 'chart';
  readonly onlyClosed: boolean;
  readonly fillGaps: boolean;
  readonly intervalMs: number;
}

/** Reads the newest candles of one symbol over REST, so many. */
export type ReadCandles = (limit: number) => Promise<Candle[]>;

/** The browser keeps every message to a chart until its page is loaded anew. */
const CHART_MS = 5_000;

/** What a candles node makes of one symbol. */
export function viewOf(options: Options, context: ViewContext, read: ReadCandles): View {
  switch (options.output) {
    case 'window':
      return new WindowView(options, context, read);
    case 'candle':
      return new CandleView(options, context, read);
    case 'chart':
      return new ChartView(options, context, read);
  }
}

/** The candles of one symbol, whatever is made of them. */
abstract class CandlesView implements View {
  protected readonly watch: CandleWatch;

  constructor(
    protected readonly options: Options,
    protected readonly context: ViewContext,
    read: ReadCandles,
  ) {
    this.watch = new CandleWatch(options, {
      clock: context.clock,
      read,
      changed: (events, joined) => this.hear(events, joined),
      failed: (error) => context.fail(error),
      whole: (isWhole) => context.lack(!isWhole),
    });
  }

  news(news: News): void {
    if (news.kind === 'candles') this.watch.news(news);
  }

  state(state: string): void {
    if (state === 'live') this.watch.begin();
  }

  reset(): void {
    this.watch.lost();
    this.cancel();
  }

  close(): number {
    this.reset();
    return 0;
  }

  /** With `joined` the history has come, and perhaps no event. */
  protected abstract changed(events: readonly CandleEvent[], joined: boolean): void;
  /** What waits to be sent is void. */
  protected abstract cancel(): void;

  private hear(events: readonly CandleEvent[], joined: boolean): void {
    this.context.show(this.watch.series.last?.close);
    this.changed(events, joined);
  }
}

/** Is it about the past, and not about what runs? */
const isPast = ({ closed, corrected }: CandleEvent): boolean => closed || corrected;

/** The whole window, so that whoever gets one message has everything. */
class WindowView extends CandlesView {
  private readonly throttle = new Throttle(this.context.clock, this.options.intervalMs, () => this.emit());

  protected changed(events: readonly CandleEvent[], joined: boolean): void {
    if (joined || !this.options.onlyClosed || events.some(isPast)) this.throttle.poke();
  }

  protected cancel(): void {
    this.throttle.cancel();
  }

  private emit(): void {
    const { onlyClosed, timeFrame } = this.options;
    const { candles: rows, gaps } = this.watch.series.window(onlyClosed);
    this.context.send(rows.map(ohlcv), { timeframe: timeFrame, gaps });
  }
}

/** A message for each candle: what is closed or corrected leaves at once, of what runs the newest state. */
class CandleView extends CandlesView {
  private readonly running = new Map<number, CandleEvent>();
  private readonly throttle = new Throttle(this.context.clock, this.options.intervalMs, () => this.emit());

  protected changed(events: readonly CandleEvent[]): void {
    for (const event of events) {
      const { timestamp } = event.candle;
      this.running.delete(timestamp);
      if (isPast(event)) this.send(event);
      else if (!this.options.onlyClosed) this.running.set(timestamp, event);
    }
    if (this.running.size > 0) this.throttle.poke();
  }

  protected cancel(): void {
    this.throttle.cancel();
    this.running.clear();
  }

  private emit(): void {
    for (const event of this.running.values()) this.send(event);
    this.running.clear();
  }

  private send(event: CandleEvent): void {
    this.context.send(unifiedCandle(event), { timeframe: this.options.timeFrame, ...(event.replayed ? { state: 'replayed' } : {}) });
  }
}

/** What the stock chart of the dashboard draws: seldom, and whenever a candle is closed. */
class ChartView extends CandlesView {
  private readonly throttle = new Throttle(this.context.clock, Math.max(CHART_MS, this.options.intervalMs), () => this.emit());

  protected changed(events: readonly CandleEvent[], joined: boolean): void {
    if (joined || events.some(isPast)) this.emit();
    else if (!this.options.onlyClosed) this.throttle.poke();
  }

  protected cancel(): void {
    this.throttle.cancel();
  }

  /** Without a payload: the chart would take that for points of a line. */
  private emit(): void {
    const { onlyClosed, timeFrame, history } = this.options;
    const { candles: rows, gaps } = this.watch.series.window(onlyClosed);
    const start = rows.at(-1)?.timestamp;
    if (start === undefined) return;
    const chartOptions = candleChart(this.context.symbol, rows, { length: history + 1, spanMs: bucketEnd(timeFrame, start) - start });
    this.context.send(undefined, { timeframe: timeFrame, gaps }, { ui_update: { chartOptions } });
  }
}
