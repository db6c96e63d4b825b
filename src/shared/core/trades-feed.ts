import type { ChannelFrame } from '../wire/frame';
import { fundingTrade, trade } from '../wire/trade';
import { attempt } from './attempt';
import { isFunding } from './channel';
import type { Dropped, Feed, Quiet, TradeItem, TradesNews } from './feed';

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
  /**
   * Ids seen, oldest first, with the trade's time: both announcements and every snapshot repeat it. An exchange that
   * begins its ids anew (a restarted simulator, a replay that loops) gives an old id another time.
   */
  private readonly seen = new Map<number, number>();
  /** One iterator for life: a new one would walk over all that was deleted before. */
  private readonly oldest = this.seen.keys();
  private readonly recent: { ordinal: number; item: TradeItem }[] = [];
  private count = 0;

  constructor(symbol: string) {
    this.table = isFunding(symbol) ? fundingTrade : trade;
  }

  receive(frame: ChannelFrame): TradesNews | Quiet | Dropped | undefined {
    if (frame.kind === 'rows') return this.snapshot(frame.rows);
    if (frame.kind !== 'typed' || !ANNOUNCED.has(frame.type)) return undefined;
    const { payload } = frame;
    // every second announcement is of a known trade: its id says so without reading the rest
    if (Array.isArray(payload) && payload[1] !== undefined && this.seen.get(payload[0]) === payload[1]) return undefined;
    return attempt(() => news(this.fresh([this.read(payload)]), false));
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

  private snapshot(rows: readonly unknown[]): TradesNews | Quiet | Dropped {
    return attempt(() => {
      // all or nothing: a row that makes no sense must not mark the others as delivered
      const items = rows.map((info) => this.read(info));
      // the snapshot is newest first, and rows of one millisecond stand in no order of ids
      items.sort((a, b) => a.trade.timestamp - b.trade.timestamp || a.trade.id - b.trade.id);
      return news(this.fresh(items), true) ?? { kind: 'quiet' };
    });
  }

  private read(info: unknown): TradeItem {
    return { trade: this.table.decode(info), info: info as readonly unknown[] };
  }

  /** Those that were not seen before, which they are from now on. */
  private fresh(items: readonly TradeItem[]): TradeItem[] {
    return items.filter((item) => this.seen.get(item.trade.id) !== item.trade.timestamp && this.remember(item));
  }

  private remember(item: TradeItem): true {
    // at the end again where an id came back
    this.seen.delete(item.trade.id);
    this.seen.set(item.trade.id, item.trade.timestamp);
    this.recent.push({ ordinal: ++this.count, item });
    if (this.recent.length > RECENT) this.recent.shift();
    if (this.seen.size > REMEMBERED) this.seen.delete(this.oldest.next().value as number);
    return true;
  }
}

const news = (trades: readonly TradeItem[], replayed: boolean): TradesNews | undefined => (trades.length === 0 ? undefined : { kind: 'trades', trades, replayed });
