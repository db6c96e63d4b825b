import type { ChannelFrame } from '../wire/frame';
import { fundingTicker, ticker } from '../wire/ticker';
import { isFunding } from './channel';
import { attempt } from './attempt';
import type { Dropped, Feed, TickerNews } from './feed';

/** A ticker channel: each row is the whole state. */
export class TickerFeed implements Feed {
  private readonly table;
  private last: TickerNews | undefined;

  constructor(symbol: string) {
    this.table = isFunding(symbol) ? fundingTicker : ticker;
  }

  receive(frame: ChannelFrame): TickerNews | Dropped | undefined {
    if (frame.kind !== 'row') return undefined;
    const { row, timestamp } = frame;
    return attempt(() => (this.last = { kind: 'ticker', ticker: this.table.decode(row), info: row, timestamp }));
  }

  welcome(): TickerNews | undefined {
    return this.last;
  }

  mark(): number {
    return 0;
  }

  restart(): void {
    this.last = undefined;
  }
}
