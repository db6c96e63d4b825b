import type { Stop } from '../core/clock';
import type { CandlesSubject } from '../core/candles-key';
import { bucketStart } from '../core/time-frame';
import { BookFeed } from './book-feed';
import { barOfTrade, extend, rowOfBar, type Bar } from './candles';
import { barsOf, type CandleDesk } from './candle-desk';
import type { PublicChannel } from './channels';
import type { BookTrouble } from './corruption';
import { Feed } from './feed';
import { covers } from './funding-candles';
import type { Liquidations } from './liquidations';
import type { Market, MarketEvent, MarketSource } from './source';
import { statusRow } from './status-row';
import { newest } from './trade-log';
import type { ScopedClock } from './wall-clock';

/** Rows of a trades snapshot (bitfinex-v2.md 3.2), and of a candles snapshot (unsure there; a REST page has as many). */
const TRADES_SHOWN = 30;
const CANDLES_SHOWN = 120;

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

/** Channels that only listen to their market. */
abstract class MarketFeed extends Feed {
  private stop: Stop = () => undefined;

  constructor(protected readonly market: Market) {
    super();
  }

  protected begin(): void {
    this.stop = this.market.follow(this.heard);
  }

  protected end(): void {
    this.stop();
  }

  protected abstract heard: (event: MarketEvent) => void;
}

class TradesFeed extends MarketFeed {
  snapshot(): string {
    return JSON.stringify(this.market.trades.newest(TRADES_SHOWN));
  }

  protected heard = (event: MarketEvent): void => {
    if (event.kind === 'trade') this.sendPayload(`"${event.type}",${JSON.stringify(event.row)}`);
  };
}

class CandlesFeed extends MarketFeed {
  private running: Bar[] = [];
  private cease: Stop = () => undefined;

  constructor(
    market: Market,
    private readonly subject: CandlesSubject,
    private readonly desk: CandleDesk,
  ) {
    super(market);
  }

  snapshot(): string {
    return JSON.stringify(this.desk.rows(this.market, this.subject, newest(CANDLES_SHOWN)));
  }

  protected override begin(): void {
    this.running = barsOf(this.market, this.subject).slice(-1);
    this.cease = this.desk.follow(this.subject, (row) => this.sendPayload(JSON.stringify(row)));
    super.begin();
  }

  protected override end(): void {
    this.cease();
    super.end();
  }

  protected heard = (event: MarketEvent): void => {
    if (event.kind === 'trade' && event.type.endsWith('te') && this.takes(event.row)) this.add(barOfTrade(event.row));
  };

  private takes([, , , , days]: readonly number[]): boolean {
    const { periods } = this.subject;
    return !this.desk.isGiven(this.subject) && (periods === undefined || covers(periods, days as number));
  }

  private add(bar: Bar): void {
    const bucket = bucketStart(this.subject.timeFrame, bar.timestamp);
    // a recording that begins anew goes back in time
    if ((this.running[0]?.timestamp ?? 0) > bucket) this.running = [];
    extend(this.running, bucket, bar);
    this.running = this.running.slice(-1);
    this.sendPayload(JSON.stringify(rowOfBar(this.running[0] as Bar)));
  }
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

/** How often it looks what has happened, ms. */
const LOOK_MS = 500;

/** `liq:global`: each liquidation is a list of one row; there is no first state to tell. */
class LiquidationsFeed extends Feed {
  private stops: Stop[] = [];

  constructor(
    private readonly liquidations: Liquidations,
    private readonly clock: ScopedClock,
  ) {
    super();
  }

  snapshot(): undefined {
    return undefined;
  }

  protected begin(): void {
    const look = (): unknown => this.liquidations.rows(this.clock.now());
    look();
    this.stops = [this.liquidations.follow((row) => this.sendPayload(JSON.stringify([row]))), this.clock.every(LOOK_MS, look)];
  }

  protected end(): void {
    for (const stop of this.stops.splice(0)) stop();
  }
}
