import type { NodeAPI } from 'node-red';
import type { Channel } from '../../shared/core/channel';
import type { News } from '../../shared/core/feed';
import { unifiedSymbol } from '../../shared/core/symbol';
import { Throttle } from '../../shared/core/throttle';
import { tickerOfBook, unifiedTicker, type UnifiedTicker } from '../../shared/core/unified';
import { choiceField, listField, numberField } from '../../shared/red/fields';
import { allInOne } from '../../shared/red/get-answers';
import { refuseQuery } from '../../shared/red/query';
import type { StreamKind, View, ViewContext } from '../../shared/red/stream-kind';
import { registerStream } from '../../shared/red/stream-node';

interface Options {
  readonly source: 'ticker' | 'book';
  readonly intervalMs: number;
  readonly onlyChanged: readonly string[];
}

/** A real-time ticker shares the channel of a default book node. */
const BOOK = { channel: 'book', precision: 'P0', frequency: 'F0', length: 25 } as const;

const tickers: StreamKind<Options> = {
  options: (saved) => ({
    source: choiceField(saved, 'source', ['ticker', 'book']),
    intervalMs: numberField(saved, 'interval', 1000),
    onlyChanged: listField(saved, 'onlyChanged'),
  }),
  channel: (symbol, { source }): Channel => (source === 'book' ? { ...BOOK, symbol } : { channel: 'ticker', symbol }),
  view: (options, context) => new TickerView(options, context),
  get: async (request) => {
    const { market, query, single } = request;
    refuseQuery(query, 'tickers');
    const read = async (ids: readonly string[] | 'ALL') => (single ? { found: [await market.ticker(ids[0] as string)], missing: [] } : market.tickers(ids));
    return allInOne(request, read, ({ id, ticker, info }) => unifiedTicker(unifiedSymbol(id), { kind: 'ticker', ticker, info, timestamp: undefined }, request.now));
  },
};

/** The newest ticker, at most every `interval`; only when a chosen value differs from the last message. */
class TickerView implements View {
  private latest: News | undefined;
  private sent: UnifiedTicker | undefined;
  private readonly throttle: Throttle;

  constructor(
    private readonly options: Options,
    private readonly context: ViewContext,
  ) {
    this.throttle = new Throttle(context.clock, options.intervalMs, () => this.emit());
  }

  news(news: News): void {
    this.latest = news;
    this.throttle.poke();
  }

  reset(): void {
    this.latest = undefined;
    this.throttle.cancel();
  }

  close(): number {
    this.reset();
    return 0;
  }

  private emit(): void {
    const { latest, context } = this;
    const ticker = this.unified();
    if (ticker === undefined || latest === undefined) return;
    context.show(ticker.last ?? ticker.bid);
    if (this.sent !== undefined && !this.differs(this.sent, ticker)) return;
    this.sent = ticker;
    // the receiver may change what it gets; what we compare with stays ours
    context.send({ ...ticker }, latest.kind === 'book' ? { verified: latest.verified } : {});
  }

  private unified(): UnifiedTicker | undefined {
    const { latest, context } = this;
    const now = context.clock.now();
    if (latest?.kind === 'ticker') return unifiedTicker(context.symbol, latest, now);
    return latest?.kind === 'book' ? tickerOfBook(context.symbol, latest.book, latest.timestamp ?? now) : undefined;
  }

  private differs(before: UnifiedTicker, after: UnifiedTicker): boolean {
    const { source, onlyChanged } = this.options;
    // most updates of a book do not touch its top
    const fields = onlyChanged.length === 0 && source === 'book' ? ['bid', 'bidVolume', 'ask', 'askVolume'] : onlyChanged;
    return fields.length === 0 || fields.some((field) => before[field as keyof UnifiedTicker] !== after[field as keyof UnifiedTicker]);
  }
}

/** Live tickers. */
export default function (RED: NodeAPI): void {
  registerStream(RED, 'bitfinex-ticker-stream', tickers);
}
