import type { CandleItem, LiquidationItem, TradeItem } from '../core/feed';
import type { Book } from '../core/book';
import type { BookLength, Precision } from '../core/channel';
import { candle } from '../wire/candle';
import type { FundingTicker, Ticker } from '../wire/ticker';
import type { DerivativesStatus } from '../wire/status';
import type { Rest, CallOptions } from './rest';

/** Which part of a history; everything is optional, and the exchange's own meaning (bitfinex-v2.md 7). */
export interface Range {
  /** UTC ms, included */
  readonly start?: number;
  /** UTC ms, included */
  readonly end?: number;
  /** rows; more than the exchange gives at once are read in pages */
  readonly limit?: number;
  /** 1 oldest first, -1 (default) newest first */
  readonly sort?: 1 | -1;
}

/** Public data over REST, read through the same tables as the streams: both ways give one shape. Every method throws BitfinexError. */
export class MarketData {
  constructor(
    private readonly rest: Rest,
    private readonly options: CallOptions = {},
  ) {}

  /** The same reads, made otherwise. */
  with(options: CallOptions): MarketData {
    return new MarketData(this.rest, { ...this.options, ...options });
  }

  /** Tickers of these ids, or of all; one call. */
  tickers(_ids: readonly string[] | 'ALL'): Promise<{ id: string; ticker: Ticker | FundingTicker; info: readonly unknown[] }[]> {
    throw new Error('INTERIM');
  }

  /** Public trades in the order of `range.sort`. */
  trades(_id: string, _range: Range = {}): Promise<TradeItem[]> {
    throw new Error('INTERIM');
  }

  book(_id: string, _precision: Precision, _length: BookLength): Promise<Book> {
    throw new Error('INTERIM');
  }

  /** Candles of a key such as `trade:1m:tBTCUSD`, in the order of `range.sort`. INTERIM: no paging yet. */
  async candles(key: string, range: Range = {}): Promise<CandleItem[]> {
    const rows = (await this.rest.read(`candles/${key}/hist`, { ...range }, this.options)) as unknown[][];
    return rows.map((info) => ({ candle: candle.decode(info), info }));
  }

  derivatives(_ids: readonly string[] | 'ALL'): Promise<{ id: string; status: DerivativesStatus; info: readonly unknown[] }[]> {
    throw new Error('INTERIM');
  }

  liquidations(_range: Range = {}): Promise<LiquidationItem[]> {
    throw new Error('INTERIM');
  }
}
