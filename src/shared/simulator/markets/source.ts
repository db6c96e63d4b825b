import type { Precision } from '../../core/channel';
import type { Clock, Stop } from '../../core/clock';
import type { PairLimits } from '../../wire/conf';
import type { Sides } from './ladder';
import type { Candles } from './candles';
import type { TradeLog } from './trade-log';

/** What a market tells its followers. */
export type MarketEvent =
  /** the book changed: windows are compared with what was sent; `startsOver`: recorded channels too */
  | { readonly kind: 'book'; readonly startsOver?: boolean }
  /** one recorded update of the book with this precision and length: whoever follows just that gets it as it is */
  | { readonly kind: 'row'; readonly precision: Precision; readonly length: number; readonly row: readonly unknown[] }
  /** `te` and `tu` (`fte`, `ftu`), with the row of the wire */
  | { readonly kind: 'trade'; readonly type: string; readonly row: readonly number[] }
  /** a recorded ticker row */
  | { readonly kind: 'ticker'; readonly row: readonly unknown[] }
  /** the market can no longer be relied on, for this reason, or it can again: see `isStale` */
  | { readonly kind: 'stale'; readonly stale: boolean; readonly reason: string | undefined };

/** One symbol of the exchange. */
export interface Market {
  readonly symbol: string;
  readonly funding: boolean;
  readonly trades: TradeLog;
  readonly candles: Candles;
  /** The market as it is cannot be relied on (its live line is lost, or is not proven yet): nothing may be filled. */
  readonly isStale?: boolean;
  /** Its books hide nothing: beyond their worst prices there is nobody. */
  readonly isWhole?: boolean;
  /** Is there such a channel? A recording may lack one. */
  has(channel: 'ticker' | 'trades' | 'candles' | 'status'): boolean;
  /** The book that serves this precision and length, or `undefined` when the source has none. */
  sides(precision: Precision, length: number): Sides | undefined;
  /** Is this very channel recorded, so that its rows go out one by one as they are? */
  isRecorded(precision: Precision, length: number): boolean;
  /** The ticker row as of now. */
  ticker(): readonly unknown[] | undefined;
  /** @param isPatient it may hear of things a little later and several at once, while nobody else follows */
  follow(listener: (event: MarketEvent) => void, isPatient?: boolean): Stop;
}

/** Where the prices come from. */
export interface MarketSource {
  readonly symbols: readonly string[];
  /** How many book updates may pass without a checksum; time alone would be too rare in a fast replay. */
  readonly checksumEvery: number;
  /** Are this symbol's ticker rows recorded? Otherwise they are computed every few seconds. */
  recordsTicker(symbol: string): boolean;
  /** Sizes and margins of this pair, where the source knows them: otherwise they are made up by its currency. */
  limitsOf?(symbol: string): PairLimits | undefined;
  /** Rows of the wire, oldest first, that stand for all candles of this key; `undefined` where the market makes them. */
  candles?(key: string): readonly (readonly number[])[] | undefined;
  /** The symbol's market, woken up if it slept; `undefined` when there is no such symbol. */
  market(symbol: string): Market | undefined;
  start(host: SourceHost): void | Promise<void>;
  /** Stands still during maintenance. */
  pause(paused: boolean): void;
  /** Multiplies the prices by this within about so many ms, with the trades that it takes; absent where they come from elsewhere. */
  shock?(factor: number, overMs: number): void;
  stop(): void | Promise<void>;
}

/** What the server offers its source. */
export interface SourceHost {
  readonly clock: Clock;
  /** Channels subscribed now, by their texts. */
  readonly channels: () => Iterable<string>;
  /** The fullest send buffer, bytes: a fast source waits until it is small. */
  readonly backlog: () => number;
}
