import type { CandlesSubject } from '../../core/candles-key';
import type { Stop } from '../../core/clock';
import { bucketStart } from '../../core/time-frame';
import { barsOf, type CandleDesk } from '../markets/candle-desk';
import { barOfTrade, extend, rowOfBar, type Bar } from '../markets/candles';
import { covers } from '../markets/funding-candles';
import { MarketFeed } from './market-feed';
import type { Market, MarketEvent } from '../markets/source';
import { newest } from '../markets/trade-log';

/** Rows of the snapshot: unsure on the exchange; a REST page without a limit had as many (bitfinex-v2.md 3.4, 7). */
const SHOWN = 120;

/** The candles of one key: each trade changes the running one. */
export class CandlesFeed extends MarketFeed {
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
    return JSON.stringify(this.desk.rows(this.market, this.subject, newest(SHOWN)));
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
