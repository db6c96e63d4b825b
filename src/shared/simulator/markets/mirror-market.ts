import { Book } from '../../core/book';
import { isFunding, type Precision } from '../../core/channel';
import type { Clock, Stop } from '../../core/clock';
import { Candles } from './candles';
import type { Sides } from './ladder';
import { MirrorBook } from './mirror-book';
import type { TradesEar, Upstream } from './mirror-upstream';
import type { Market, MarketEvent } from './source';
import { TradeLog } from './trade-log';

/** A market that nobody follows or asks for its trades gives its channels back after this time. */
const AWAKE_MS = 60_000;

/** A snapshot repeats at most 30 trades, some of which are known. */
const NEAR = 100;

/**
 * A market of the live exchange, as of now. Its trades come while somebody asks for them, its book while somebody follows
 * it. While either cannot be relied on it is stale: its book is empty, and trades are remembered but not told.
 */
export class MirrorMarket implements Market {
  readonly funding: boolean;
  /** The live exchange has the candles. */
  readonly candles = new Candles();
  isStale = true;
  private readonly log = new TradeLog();
  private readonly book: MirrorBook;
  private readonly nothing: Sides;
  private readonly listeners = new Set<(event: MarketEvent) => void>();
  private leaveBook: Stop | undefined;
  private leaveTrades: Stop | undefined;
  private tradesProblem: string | undefined = 'connecting';
  private isPaused = false;
  private wasReported = false;
  private isEnded = false;
  private askedAt = -Infinity;

  constructor(
    readonly symbol: string,
    private readonly upstream: Upstream,
    private readonly clock: Clock,
  ) {
    this.funding = isFunding(symbol);
    this.nothing = new Book('P0', this.funding);
    this.book = new MirrorBook(clock, () => this.bookChanged());
  }

  /** What was traded, as far as it was heard; whoever asks wakes the channel. */
  get trades(): TradeLog {
    this.wake();
    return this.log;
  }

  /** Ticker, candles and the other precisions are the live exchange's own to give. */
  has(channel: string): boolean {
    return channel === 'trades';
  }

  sides(precision: Precision): Sides | undefined {
    if (precision !== 'P0') return undefined;
    return (this.isStale ? undefined : this.book.sides) ?? this.nothing;
  }

  isRecorded(): boolean {
    return false;
  }

  ticker(): undefined {
    return undefined;
  }

  /** The first one wakes both channels; it finds in `isStale` how they are. */
  follow(listener: (event: MarketEvent) => void): Stop {
    this.wake();
    if (!this.isEnded) this.leaveBook ??= this.upstream.followBook(this.symbol, this.book);
    this.listeners.add(listener);
    return () => {
      this.askedAt = this.clock.monotonic();
      this.listeners.delete(listener);
    };
  }

  /** Stands still: the exchange that mirrors is in maintenance. */
  pause(isPaused: boolean): void {
    this.isPaused = isPaused;
    this.review();
  }

  /** Gives the channels back for good, and says nothing more. */
  end(): void {
    this.isEnded = true;
    this.listeners.clear();
    this.sleep();
  }

  /** The channels are given back. What was traded is kept, with a hole from now on. */
  private sleep(): void {
    this.leaveBook?.();
    this.leaveTrades?.();
    this.leaveBook = this.leaveTrades = undefined;
    this.wasReported = false;
    this.tradesEar.lost('connecting');
    this.book.lost('connecting');
  }

  private readonly tradesEar: TradesEar = {
    live: () => {
      this.tradesProblem = undefined;
      this.review();
    },
    lost: (reason) => {
      this.tradesProblem = reason;
      this.review();
    },
    trade: (row, replayed) => this.hear(row, replayed),
  };

  private hear(row: readonly number[], replayed: boolean): void {
    if (replayed && this.log.newest(NEAR).some(([id]) => id === row[0])) return;
    this.log.add(row);
    if (replayed || this.isStale) return;
    for (const type of this.funding ? ['fte', 'ftu'] : ['te', 'tu']) this.tell({ kind: 'trade', type, row });
  }

  private wake(): void {
    this.askedAt = this.clock.monotonic();
    if (this.isEnded || this.leaveTrades !== undefined) return;
    this.leaveTrades = this.upstream.followTrades(this.symbol, this.tradesEar);
    this.clock.after(AWAKE_MS, this.look);
  }

  private readonly look = (): void => {
    const awakeMs = this.clock.monotonic() - this.askedAt;
    if (this.listeners.size > 0) this.clock.after(AWAKE_MS, this.look);
    else if (awakeMs < AWAKE_MS) this.clock.after(AWAKE_MS - awakeMs, this.look);
    else this.sleep();
  };

  private bookChanged(): void {
    const wasStale = this.isStale;
    this.review();
    if (!this.isStale && !wasStale) this.tell({ kind: 'book' });
  }

  /** Says when the market can no longer be relied on, and when it can again. */
  private review(): void {
    const reason = this.isPaused ? 'maintenance' : (this.tradesProblem ?? this.book.problem);
    const isStale = reason !== undefined;
    if (isStale === this.isStale) return;
    this.isStale = isStale;
    this.report(reason);
    this.tell({ kind: 'stale', stale: isStale, reason });
    if (!isStale) this.tell({ kind: 'book' });
  }

  /** In the log only what concerns somebody: a market that is new need not be excused. */
  private report(reason: string | undefined): void {
    if (this.listeners.size === 0 || (reason === undefined && !this.wasReported)) return;
    this.wasReported = reason !== undefined;
    this.upstream.report(reason === undefined ? `paper orders on ${this.symbol} go on` : `paper orders on ${this.symbol} wait, for the live market is not to be relied on (${reason})`);
  }

  private tell(event: MarketEvent): void {
    for (const listener of [...this.listeners]) listener(event);
  }
}
