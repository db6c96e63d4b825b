import type { Stop } from '../../core/clock';
import { BookFeed } from './book-feed';
import type { CandleDesk } from '../markets/candle-desk';
import { CandlesFeed } from './candles-feed';
import type { PublicChannel } from './channels';
import type { BookTrouble } from '../trouble/corruption';
import type { Feed } from './feed';
import type { Liquidations } from '../markets/liquidations';
import { LiquidationsFeed } from './liquidations-feed';
import { MarketFeed } from './market-feed';
import type { Market, MarketEvent, MarketSource } from '../markets/source';
import { statusRow } from '../markets/status-row';
import type { ScopedClock } from '../wall-clock';

/** Rows of a trades snapshot (bitfinex-v2.md 3.2). */
const TRADES_SHOWN = 30;

/** The exchange's ticker comes about every 15 s; here every 5 s where it changed, for the pleasure of who watches. */
const TICKER_MS = { changed: 5000, least: 15_000 };

/** One status row a second (bitfinex-v2.md 3.5). */
const STATUS_MS = 1000;

/** What feeds are made of. */
export interface FeedsHost {
  readonly clock: ScopedClock;
  readonly source: MarketSource;
  readonly trouble: BookTrouble;
  readonly desk: CandleDesk;
  readonly liquidations: Liquidations;
}

/** The channels that somebody follows, each made once for all. */
export class Feeds {
  private readonly feeds = new Map<string, Feed>();

  constructor(private readonly host: FeedsHost) {}

  of(channel: PublicChannel): Feed {
    const feed = this.feeds.get(channel.text) ?? this.make(channel);
    this.feeds.set(channel.text, feed);
    return feed;
  }

  private make(channel: PublicChannel): Feed {
    const { clock, source, trouble, desk, liquidations } = this.host;
    if (channel.kind === 'liquidations') return new LiquidationsFeed(liquidations, clock);
    const { market } = channel;
    switch (channel.kind) {
      case 'book':
        return new BookFeed(channel, clock, trouble, source.checksumEvery);
      case 'ticker':
        return source.recordsTicker(market.symbol) ? new RecordedTickerFeed(market) : new TickerFeed(market, clock);
      case 'trades':
        return new TradesFeed(market);
      case 'candles':
        return new CandlesFeed(market, channel.subject, desk);
      case 'status':
        return new StatusFeed(market, clock);
    }
  }
}

class TradesFeed extends MarketFeed {
  snapshot(): string {
    return JSON.stringify(this.market.trades.newest(TRADES_SHOWN));
  }

  protected heard = (event: MarketEvent): void => {
    if (event.kind === 'trade') this.sendPayload(`"${event.type}",${JSON.stringify(event.row)}`);
  };
}

class RecordedTickerFeed extends MarketFeed {
  snapshot(): string {
    return JSON.stringify(this.market.ticker());
  }

  protected heard = (event: MarketEvent): void => {
    if (event.kind === 'ticker') this.sendPayload(JSON.stringify(event.row));
  };
}

/** A ticker row every few seconds: when it changed, and at least every 15 s. */
class TickerFeed extends MarketFeed {
  private sent = '';
  private sentAt = 0;
  private cease: Stop = () => undefined;

  constructor(
    market: Market,
    private readonly clock: ScopedClock,
  ) {
    super(market);
  }

  snapshot(): string {
    return JSON.stringify(this.market.ticker());
  }

  protected override begin(): void {
    // following keeps a synthetic market awake
    super.begin();
    this.sentAt = this.clock.monotonic();
    this.cease = this.clock.every(TICKER_MS.changed, () => this.look());
  }

  protected override end(): void {
    this.cease();
    super.end();
  }

  protected heard = (): void => undefined;

  private look(): void {
    const row = this.snapshot();
    if (row === this.sent && this.clock.monotonic() - this.sentAt < TICKER_MS.least) return;
    this.sent = row;
    this.sentAt = this.clock.monotonic();
    this.sendPayload(row);
  }
}

class StatusFeed extends MarketFeed {
  private cease: Stop = () => undefined;

  constructor(
    market: Market,
    private readonly clock: ScopedClock,
  ) {
    super(market);
  }

  snapshot(): string {
    return JSON.stringify(statusRow(this.market, this.clock.now()));
  }

  protected override begin(): void {
    super.begin();
    this.cease = this.clock.every(STATUS_MS, () => this.sendPayload(this.snapshot()));
  }

  protected override end(): void {
    this.cease();
    super.end();
  }

  protected heard = (): void => undefined;
}
