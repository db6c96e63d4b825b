import type { Stop } from '../../core/clock';
import type { Verified } from '../../core/feed';
import type { PairLimits } from '../../wire/conf';
import type { Sides } from './ladder';

/** Hears how a live channel is. */
export interface ChannelEar {
  /** What comes from now on is fresh; a book begins with a snapshot. */
  live(): void;
  /** What came before is no longer to be relied on; said anew with each new reason. */
  lost(reason: string): void;
}

/** Hears a live book. */
export interface BookEar extends ChannelEar {
  /** A new state, or the confirmation of the last one. The book is the live one: it goes on changing. */
  book(book: Sides, verified: Verified): void;
}

/** Hears live trades. */
export interface TradesEar extends ChannelEar {
  /** The row of the wire, oldest first, each id once; `replayed`: it happened before, or while the line was down. */
  trade(row: readonly number[], replayed: boolean): void;
}

/** The markets of the live exchange. Who follows a channel hears at once how it is. */
export interface Upstream {
  /** What the exchange lists now. */
  readonly symbols: readonly string[];
  /** What it says of orders of this pair. */
  limitsOf(symbol: string): PairLimits | undefined;
  /** The P0 book of 250 levels. */
  followBook(symbol: string, ear: BookEar): Stop;
  followTrades(symbol: string, ear: TradesEar): Stop;
  /** Tells the person who reads the log. */
  report(text: string): void;
}
