import type { ChannelFrame } from '../wire/frame';
import { fundingTrade, trade } from '../wire/trade';
import { attempt } from './attempt';
import { isFunding } from './channel';
import type { Dropped, Feed, TradeItem, TradesNews } from './feed';

/** Each trade is announced twice, and a snapshot repeats the last 30: ids are remembered at least this far back. */
const REMEMBERED = 2_000;

/** Kept for those who were away during a deploy. */
const RECENT = 500;

/** The exchange's snapshot holds 30 trades: as many meet a newcomer (bitfinex-v2.md 3.2). */
const WELCOME = 30;

const ANNOUNCED = new Set(['te', 'tu', 'fte', 'ftu']);

/** A trades channel: every id once, by whichever of its announcements comes first. */
export class TradesFeed implements Feed {
  private readonly table;
  /** Ids seen, oldest first, with the trade's ordinal in this feed. */
  private readonly seen = new Map<number, number>();
  /** One iterator for life: a new one would walk over all that was deleted before. */
  private readonly oldest = this.seen.keys();
  private readonly recent: { ordinal: number; item: TradeItem }[] = [];
  private count = 0;

  constructor(symbol: string) {
    this.table = isFunding(symbol) ? fundingTrade : trade;
  }

  receive(frame: ChannelFrame): TradesNews | Dropped | undefined {
    if (frame.kind === 'rows') return this.snapshot(frame.rows);
    if (frame.kind !== 'typed' || !ANNOUNCED.has(frame.type)) return undefined;
    const { payload } = frame;
    // every second announcement is of a known trade: its id says so without reading the rest
    if (Array.isArray(payload) && this.seen.has(payload[0])) return undefined;
    return attempt(() => news(this.fresh([payload]), false));
  }

  /** Those of the last 30 that came after the mark. */
  welcome(since?: number): TradesNews | undefined {
    const missed = since === undefined ? this.recent.slice(-WELCOME) : this.recent.filter(({ ordinal }) => ordinal > since);
    return news(missed.map(({ item }) => item), true);
  }

  mark(): number {
    return this.count;
  }

  restart(): void {
    // ids stay known: what the next snapshot repeats was delivered already
  }

  private snapshot(rows: readonly unknown[]): TradesNews | Dropped | undefined {
    return attempt(() => {
      const items = this.fresh(rows);
      // the snapshot is newest first, and rows of one millisecond stand in no order of ids
      items.sort((a, b) => a.trade.timestamp - b.trade.timestamp || a.trade.id - b.trade.id);
      return news(items, true);
    });
  }

  private fresh(rows: readonly unknown[]): TradeItem[] {
    const items: TradeItem[] = [];
    for (const info of rows) {
      const item = { trade: this.table.decode(info), info: info as readonly unknown[] };
      if (this.seen.has(item.trade.id)) continue;
      this.remember(item);
      items.push(item);
    }
    return items;
  }

  private remember(item: TradeItem): void {
    const ordinal = ++this.count;
    this.seen.set(item.trade.id, ordinal);
    this.recent.push({ ordinal, item });
    if (this.recent.length > RECENT) this.recent.shift();
    if (this.seen.size > REMEMBERED) this.seen.delete(this.oldest.next().value as number);
  }
}

const news = (trades: readonly TradeItem[], replayed: boolean): TradesNews | undefined => (trades.length === 0 ? undefined : { kind: 'trades', trades, replayed });
