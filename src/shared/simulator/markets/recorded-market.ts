import { isFunding, PRECISIONS, type Precision } from '../../core/channel';
import type { Stop } from '../../core/clock';
import type { ChannelRequest } from '../../wire/event';
import { Candles } from './candles';
import type { Sides } from './ladder';
import { RecordedBook } from './recorded-book';
import type { Market, MarketEvent } from './source';
import { tickerRow } from './ticker-row';
import { TradeLog } from './trade-log';

/** Where a `tu` is looked up: it follows its `te` within so many trades. */
const NEAR = 100;

/** One symbol of a recording, as of the line that is being played. */
export class RecordedMarket implements Market {
  readonly funding: boolean;
  readonly trades = new TradeLog();
  readonly candles = new Candles();
  private readonly books = new Map<string, RecordedBook>();
  private readonly recorded = new Set<string>();
  private readonly listeners = new Set<(event: MarketEvent) => void>();
  private lastTicker: readonly unknown[] | undefined;

  constructor(readonly symbol: string) {
    this.funding = isFunding(symbol);
  }

  /** Takes notice of a recorded channel and of the payload it begins with. */
  add(request: ChannelRequest, first: unknown): void {
    this.recorded.add(request.channel ?? '');
    if (request.channel === 'book') this.bookOf(request);
    if (Array.isArray(first)) this.begin(request, first);
  }

  /** The first payload of a channel, or of its next round: nobody gets a second snapshot, books send what differs. */
  begin(request: ChannelRequest, payload: readonly unknown[]): void {
    if (request.channel === 'ticker') this.hearTicker(payload);
    if (request.channel === 'trades') this.takeTrades(payload as readonly (readonly number[])[]);
    if (request.channel !== 'book') return;
    this.bookOf(request)?.reset(payload);
    this.tell({ kind: 'book', startsOver: true });
  }

  /** Everything after the first payload: one row, or a type and its row. */
  hear(request: ChannelRequest, payload: readonly unknown[] | string, typed: unknown): void {
    if (typeof payload === 'string') return this.hearTyped(payload, typed);
    if (request.channel === 'ticker') return this.hearTicker(payload);
    if (request.channel === 'book') this.hearBook(request, payload);
  }

  has(channel: string): boolean {
    if (channel === 'candles') return this.recorded.has('trades');
    // without recorded rows a ticker can be computed, where both its halves are known
    if (channel === 'ticker') return this.recorded.has('ticker') || (this.recorded.has('trades') && this.sides('P0', 25) !== undefined);
    return channel === 'trades' && this.recorded.has('trades');
  }

  get recordsTicker(): boolean {
    return this.recorded.has('ticker');
  }

  sides(precision: Precision, length: number): Sides | undefined {
    const same = this.longest(precision, length);
    if (same !== undefined) return same.state;
    return precision === 'R0' || precision === 'P0' ? undefined : this.longest('P0', length)?.coarser(precision);
  }

  isRecorded(precision: Precision, length: number): boolean {
    return this.books.has(`${precision} ${length}`);
  }

  ticker(): readonly unknown[] {
    return this.lastTicker ?? tickerRow(this, this.trades.last?.[1] ?? 0);
  }

  follow(listener: (event: MarketEvent) => void): Stop {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** The book of just this length, else the longest. */
  private longest(precision: Precision, length: number): RecordedBook | undefined {
    const exact = this.books.get(`${precision} ${length}`);
    if (exact !== undefined) return exact;
    return [...this.books.values()].filter((book) => book.precision === precision).sort((a, b) => b.length - a.length)[0];
  }

  private bookOf({ prec = 'P0', len = '25' }: ChannelRequest): RecordedBook | undefined {
    const known = this.books.get(`${prec} ${len}`);
    const precision = PRECISIONS.find((one) => one === prec);
    if (known !== undefined || precision === undefined) return known;
    const book = new RecordedBook(this.symbol, precision, Number(len));
    this.books.set(`${prec} ${len}`, book);
    return book;
  }

  private hearBook(request: ChannelRequest, payload: readonly unknown[]): void {
    const book = this.bookOf(request);
    if (book === undefined) return;
    // a list is a bulk update, for the first payload has gone another way
    const rows = Array.isArray(payload[0]) ? (payload as readonly (readonly unknown[])[]) : [payload];
    for (const row of rows) {
      book.apply(row);
      this.tell({ kind: 'row', precision: book.precision, length: book.length, row });
    }
    this.tell({ kind: 'book' });
  }

  private hearTyped(type: string, row: unknown): void {
    if (!Array.isArray(row) || !/^f?t[eu]$/.test(type)) return;
    const trade = row as readonly number[];
    if (type.endsWith('te') || !this.knows(trade)) this.remember(trade);
    this.tell({ kind: 'trade', type, row: trade });
  }

  private remember(trade: readonly number[]): void {
    this.trades.add(trade);
    this.candles.addTrade(trade);
  }

  /** A snapshot, newest first: after a recorded reconnect it repeats what is known; a recording that begins anew is older. */
  private takeTrades(rows: readonly (readonly number[])[]): void {
    if ((rows[0]?.[1] ?? 0) < (this.trades.last?.[1] ?? 0)) {
      this.trades.clear();
      this.candles.clear();
    }
    for (const row of [...rows].reverse()) if (!this.knows(row)) this.remember(row);
  }

  private knows(trade: readonly number[]): boolean {
    return this.trades.newest(NEAR).some(([id]) => id === trade[0]);
  }

  private hearTicker(row: readonly unknown[]): void {
    this.lastTicker = row;
    this.tell({ kind: 'ticker', row });
  }

  private tell(event: MarketEvent): void {
    for (const listener of [...this.listeners]) listener(event);
  }
}
