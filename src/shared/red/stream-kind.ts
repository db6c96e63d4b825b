import type { Channel } from '../core/channel';
import type { Clock } from '../core/clock';
import type { News } from '../core/feed';
import { resolveSymbol, unifiedSymbol, type SymbolIds } from '../core/symbol';
import type { MarketData } from '../link/market-data';
import type { StreamState } from '../link/stream';
import type { Saved } from './fields';
import type { Extra } from './message';
import type { Query } from './query';

/** What makes one stream node different from the others. */
export interface StreamKind<Options> {
  /** What its ids are, where they are not symbols. */
  readonly names?: Names;
  /** Reads the node's own settings; throws FieldError. */
  options(saved: Saved): Options;
  /** The channel of one id; throws FieldError where these settings cannot work for it. */
  channel(id: string, options: Options): Channel;
  /** The same channel in another spelling, tried once where the exchange refuses the first. */
  instead?(channel: Channel): Channel | undefined;
  /** Turns the news of one id into messages. */
  view(options: Options, context: ViewContext): View;
  /** Answers `get`: one message for each answer, in their order. */
  get(request: GetRequest<Options>): Promise<GetAnswer[]>;
}

/** How the things that a stream node follows are called. */
export interface Names {
  /** The saved property that lists them. */
  readonly field: string;
  /** The id of what a person wrote; throws SYMBOL_UNKNOWN or FieldError. */
  resolve(text: string, listed: SymbolIds | undefined): string;
  /** The topic of messages about it. */
  topic(id: string): string;
}

/** Most nodes follow symbols. */
export const SYMBOLS: Names = { field: 'symbols', resolve: resolveSymbol, topic: unifiedSymbol };

/** What a view may use. */
export interface ViewContext {
  readonly clock: Clock;
  /** The exchange's: `tBTCUSD`. */
  readonly id: string;
  /** Unified: `BTC/USD`. */
  readonly symbol: string;
  /** Typed reads over REST, given up when the node closes. */
  readonly market: MarketData;
  /** Sends a message about this symbol; `more` are further properties of the message. */
  send(payload: unknown, extra?: Extra, more?: Readonly<Record<string, unknown>>): void;
  /** What the status shows beside `live`: a price. */
  show(value: number | undefined): void;
  /** Is something missing although the channel is live? Then the status says `resyncing`. */
  lack(isLacking: boolean): void;
  /** Something went wrong that is nobody's message: it goes to the Catch nodes. */
  fail(error: unknown): void;
}

/** One symbol of one node. */
export interface View {
  news(news: News): void;
  /** The channel is not live any more: what waits to be sent is void. */
  reset(): void;
  /** The channel has a new state; told before {@link reset}. */
  state?(state: StreamState): void;
  /** The node goes. Nothing may be sent any more; answers how many trades it held back, for they are owed. */
  close(): number;
}

/** A `get` by message. */
export interface GetRequest<Options> {
  /** Each once; empty with `all`. */
  readonly ids: readonly string[];
  /** `msg.symbol` was `ALL`. */
  readonly all: boolean;
  /** `msg.symbol` was one text with one symbol: the answer is that thing itself and not a list of such. */
  readonly single: boolean;
  readonly query: Query;
  readonly options: Options;
  readonly market: MarketData;
  /** UTC ms whenever it is read: an answer may have waited for its limit. */
  readonly now: number;
}

/** One message that answers a `get`; without an id it is about several. */
export interface GetAnswer {
  readonly id?: string;
  readonly payload: unknown;
  /** A book of REST says that no checksum confirms it, candles how wide they are. */
  readonly extra?: Pick<Extra, 'verified' | 'timeframe'>;
}
