import type { NodeAPI } from 'node-red';
import { candleChart } from '../../shared/core/candle-chart';
import type { CandleEvent } from '../../shared/core/candle-record';
import { CandleWatch } from '../../shared/core/candle-watch';
import { candlesKey, isPeriods } from '../../shared/core/candles-key';
import { isFunding, type Channel } from '../../shared/core/channel';
import { BitfinexError } from '../../shared/core/errors';
import type { CandleItem, News } from '../../shared/core/feed';
import { ohlcv, unifiedCandle } from '../../shared/core/ohlcv';
import type { Range } from '../../shared/core/paging';
import { resolveSymbol, unifiedSymbol, type SymbolIds } from '../../shared/core/symbol';
import { Throttle } from '../../shared/core/throttle';
import { bucketEnd, TIME_FRAMES, type TimeFrame } from '../../shared/core/time-frame';
import { choiceField, FieldError, flagField, numberField, type Saved } from '../../shared/red/fields';
import { eachApart } from '../../shared/red/get-answers';
import type { StreamKind, View, ViewContext } from '../../shared/red/stream-kind';
import { registerStream } from '../../shared/red/stream-node';

interface Options {
  readonly timeFrame: TimeFrame;
  readonly history: number;
  readonly output: 'window' | 'candle' | 'chart';
  readonly onlyClosed: boolean;
  readonly fillGaps: boolean;
  readonly intervalMs: number;
}

/** So many are read in two calls; more would be work for a second with each message. */
const MOST_HISTORY = 10_000;

/** The browser keeps every message to a chart until its page is loaded anew. */
const CHART_MS = 5_000;

const candles: StreamKind<Options> = {
  names: { field: 'symbols', resolve, topic: unifiedSymbol },
  options: (saved) => ({
    timeFrame: choiceField(saved, 'timeframe', [...TIME_FRAMES, '7D']),
    history: historyOf(saved),
    output: choiceField(saved, 'output', ['window', 'candle', 'chart']),
    onlyClosed: flagField(saved, 'onlyClosed'),
    fillGaps: flagField(saved, 'fillGaps'),
    intervalMs: numberField(saved, 'interval', 1000),
  }),
  channel: (id, { timeFrame }): Channel => ({ channel: 'candles', key: keyOf(id, timeFrame) }),
  instead: (channel) => {
    const key = channel.channel === 'candles' ? otherSpelling(channel.key) : undefined;
    return key === undefined ? undefined : { channel: 'candles', key };
  },
  view: (options, context) => {
    if (options.output === 'window') return new WindowView(options, context);
    return options.output === 'candle' ? new CandleView(options, context) : new ChartView(options, context);
  },
  get: (request) =>
    eachApart(request, async (id) => {
      const { timeFrame } = request.options;
      const items = await read(request, keyOf(id, timeFrame), request.query);
      return { payload: items.map(({ candle }) => ohlcv(candle)), extra: { timeframe: timeFrame } };
    }),
};

function historyOf(saved: Saved): number {
  const history = numberField(saved, 'history', 100);
  if (Number.isInteger(history) && history <= MOST_HISTORY) return history;
  throw new FieldError('FIELD_INVALID', 'history', `${history} is not a whole number from 0 to ${MOST_HISTORY}`);
}

/**
 * `tBTCUSD`, and for funding with its periods `fUSD:p30`.
 * @throws BitfinexError SYMBOL_UNKNOWN, FieldError where the periods of a funding currency are missing
 */
function resolve(text: string, listed: SymbolIds | undefined): string {
  const [, currency, periods] = /^(f[A-Z0-9]+):(.*)$/.exec(text) ?? [];
  const id = resolveSymbol(currency ?? text, listed);
  if (!isFunding(id)) return id;
  if (periods !== undefined && isPeriods(periods)) return `${id}:${periods}`;
  throw new FieldError('FIELD_INVALID', 'symbols', `"${text.slice(0, 40)}" does not say of which period; write the days, as in ${id}:p30, or a sum of several, as in ${id}:a30:p2:p30`);
}

function keyOf(id: string, timeFrame: TimeFrame): string {
  const [, symbol = id, periods] = /^(f\w+):(.+)$/.exec(id) ?? [];
  return candlesKey(periods === undefined ? { timeFrame, symbol } : { timeFrame, symbol, periods });
}

/** The documentation says `1W`, other programs `7D`: which of them the exchange takes is unsure (bitfinex-v2.md 12). */
const otherSpelling = (key: string): string | undefined => (key.startsWith('trade:1W:') ? key.replace(':1W:', ':7D:') : undefined);

async function read({ market }: Pick<ViewContext, 'market'>, key: string, range: Range): Promise<CandleItem[]> {
  try {
    return await market.candles(key, range);
  } catch (error) {
    const other = otherSpelling(key);
    if (other === undefined || !(error instanceof BitfinexError) || error.kind !== 'refused') throw error;
    return market.candles(other, range);
  }
}

/** The candles of one symbol, whatever is made of them. */
abstract class CandlesView implements View {
  protected readonly watch: CandleWatch;

  constructor(
    protected readonly options: Options,
    protected readonly context: ViewContext,
  ) {
    this.watch = new CandleWatch(options, {
      clock: context.clock,
      read: async (limit) => (await read(context, keyOf(context.id, options.timeFrame), { limit })).map(({ candle }) => candle),
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

/** Candles: their history, then live. */
export default function (RED: NodeAPI): void {
  registerStream(RED, 'bitfinex-candles', candles);
}
