import type { ChannelFrame } from '../wire/frame';
import type { Candle } from '../wire/candle';
import type { DerivativesStatus, Liquidation } from '../wire/status';
import type { FundingTicker, Ticker } from '../wire/ticker';
import type { FundingTrade, Trade } from '../wire/trade';
import type { Book } from './book';
import type { Level } from './level';

/** News of a channel for everybody who follows it. Rows keep the exchange's own array as `info`. */
export type News = TickerNews | TradesNews | BookNews | CandlesNews | DerivativesNews | LiquidationsNews;

/** A new ticker. */
export interface TickerNews {
  readonly kind: 'ticker';
  readonly ticker: Ticker | FundingTicker;
  readonly info: readonly unknown[];
  /** The exchange's time in ms, where it sent one. */
  readonly timestamp: number | undefined;
}

/** New trades. */
export interface TradesNews {
  readonly kind: 'trades';
  /** Oldest first; never empty; no id twice in the life of a feed. */
  readonly trades: readonly TradeItem[];
  /** From a snapshot: happened before, or while the line was down. */
  readonly replayed: boolean;
}

/** A trade and the row that it came in. */
export interface TradeItem {
  readonly trade: Trade | FundingTrade;
  readonly info: readonly unknown[];
}

/**
 * Does a checksum confirm this state of the book? `true` when the last frame was a matching one, `'pending'` when
 * something changed since, `false` where its checksum cannot be used.
 */
export type Verified = true | 'pending' | false;

/** A new state of a book, or the confirmation of the last one. */
export interface BookNews {
  readonly kind: 'book';
  /** The live book: read it now, it goes on changing. */
  readonly book: Book;
  /** What changed, `undefined` for a snapshot, empty when a checksum only confirmed. */
  readonly changes: readonly Level[] | undefined;
  readonly verified: Verified;
  readonly timestamp: number | undefined;
  readonly sequence: number | undefined;
}

/** New, changed or corrected candles. */
export interface CandlesNews {
  readonly kind: 'candles';
  /** Oldest first; never empty. */
  readonly candles: readonly CandleItem[];
  /** The channel's last candles, as sent on subscribing. */
  readonly snapshot: boolean;
  /** The exchange's time in ms, where it sent one. */
  readonly timestamp: number | undefined;
}

/** A candle and the row that it came in. */
export interface CandleItem {
  readonly candle: Candle;
  readonly info: readonly unknown[];
}

/** The state of a perpetual, when it differs from the last one. */
export interface DerivativesNews {
  readonly kind: 'derivatives';
  readonly status: DerivativesStatus;
  readonly info: readonly unknown[];
}

/** Positions that are being liquidated. */
export interface LiquidationsNews {
  readonly kind: 'liquidations';
  /** Never empty. */
  readonly liquidations: readonly LiquidationItem[];
}

/** A liquidation and the row that it came in. */
export interface LiquidationItem {
  readonly liquidation: Liquidation;
  readonly info: readonly unknown[];
}

/** Data that cannot be trusted any more: only a new snapshot helps. */
export interface Fault {
  readonly kind: 'fault';
  readonly reason: 'checksum' | 'gap' | 'crossed' | 'malformed';
}

/** A row that makes no sense is dropped and counted; the channel goes on. */
export interface Dropped {
  readonly kind: 'dropped';
  readonly reason: string;
}

/** A sound snapshot that holds nothing new: the channel is well, there is just nothing to tell. */
export interface Quiet {
  readonly kind: 'quiet';
}

/** What one channel has told us so far. Pure: the pool gives it frames and passes on what it answers. */
export interface Feed {
  receive(frame: ChannelFrame): News | Quiet | Fault | Dropped | undefined;
  /** What a follower hears first that joins a running channel; `since` is a {@link mark} it left with. */
  welcome(since?: number): News | undefined;
  /** Where a follower stands that leaves now. */
  mark(): number;
  /** The line was lost or the channel is asked for anew: forget what the next snapshot replaces. */
  restart(): void;
}
