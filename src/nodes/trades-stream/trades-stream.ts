import type { NodeAPI } from 'node-red';
import type { News, TradeItem } from '../../shared/core/feed';
import { unifiedSymbol } from '../../shared/core/symbol';
import { Throttle } from '../../shared/core/throttle';
import { unifiedTrade } from '../../shared/core/unified';
import { flagField, numberField } from '../../shared/red/fields';
import { eachApart } from '../../shared/red/get-answers';
import type { StreamKind, View, ViewContext } from '../../shared/red/stream-kind';
import { registerStream } from '../../shared/red/stream-node';

interface Options {
  readonly batch: boolean;
  readonly intervalMs: number;
}

const trades: StreamKind<Options> = {
  options: (saved) => ({ batch: flagField(saved, 'batch'), intervalMs: numberField(saved, 'interval', 1000) }),
  channel: (symbol) => ({ channel: 'trades', symbol }),
  view: (options, context) => (options.batch ? new BatchView(options, context) : new SingleView(context)),
  get: (request) =>
    eachApart(request, async (id) => {
      const items = await request.market.trades(id, request.query);
      return { payload: items.map((item) => unifiedTrade(unifiedSymbol(id), item)) };
    }),
};

/** A message for each trade. */
class SingleView implements View {
  constructor(private readonly context: ViewContext) {}

  news(news: News): void {
    if (news.kind !== 'trades') return;
    const { context } = this;
    for (const item of news.trades) context.send(unifiedTrade(context.symbol, item), news.replayed ? { state: 'replayed' } : {});
    context.show(news.trades.at(-1)?.trade.price);
  }

  reset(): void {
    // every trade has left already
  }

  close(): number {
    return 0;
  }
}

/** An array of trades, at most every `interval`; replayed and live ones never share a message, and none is lost. */
class BatchView implements View {
  private items: TradeItem[] = [];
  private replayed = false;
  private readonly throttle: Throttle;

  constructor(
    options: Options,
    private readonly context: ViewContext,
  ) {
    this.throttle = new Throttle(context.clock, options.intervalMs, () => this.emit());
  }

  news(news: News): void {
    if (news.kind !== 'trades') return;
    if (news.replayed !== this.replayed) this.emit();
    this.replayed = news.replayed;
    this.items.push(...news.trades);
    this.throttle.poke();
  }

  /** The line is gone, the trades are true all the same. */
  reset(): void {
    this.throttle.cancel();
    this.emit();
  }

  /** What is sent from a node that closes never arrives: the next node of this id gets these trades again. */
  close(): number {
    this.throttle.cancel();
    return this.items.length;
  }

  private emit(): void {
    const { items, context } = this;
    if (items.length === 0) return;
    this.items = [];
    const batch = items.map((item) => unifiedTrade(context.symbol, item));
    context.send(batch, this.replayed ? { state: 'replayed' } : {});
    context.show(batch.at(-1)?.price);
  }
}

/** Public trades. */
export default function (RED: NodeAPI): void {
  registerStream(RED, 'bitfinex-trades-stream', trades);
}
