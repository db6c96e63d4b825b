import { integer, nullable, number, optional, shifted, table, text, type RowOf } from './row';

/** Ticker of a trading pair: WebSocket rows and REST `ticker/{symbol}` (bitfinex-v2.md 3.1). */
export const ticker = table('ticker', {
  bid: number(0),
  bidVolume: number(1),
  ask: number(2),
  askVolume: number(3),
  change: number(4),
  /** a fraction: 0.01 is one percent */
  changeRelative: number(5),
  last: number(6),
  baseVolume: number(7),
  high: number(8),
  low: number(9),
});
/** A decoded row of {@link ticker}. */
export type Ticker = RowOf<typeof ticker>;

/** Ticker of a funding currency. Rates are daily decimals, periods days. */
export const fundingTicker = table('funding ticker', {
  frr: number(0),
  bid: number(1),
  bidPeriod: integer(2),
  bidVolume: number(3),
  ask: number(4),
  askPeriod: integer(5),
  askVolume: number(6),
  change: number(7),
  changeRelative: number(8),
  last: number(9),
  baseVolume: number(10),
  high: number(11),
  low: number(12),
  frrAmountAvailable: optional(nullable(number(15))),
});
/** A decoded row of {@link fundingTicker}. */
export type FundingTicker = RowOf<typeof fundingTicker>;

/** Row of REST `tickers` for a trading pair: the symbol in front, then the ticker (bitfinex-v2.md 7.1). */
export const tickersRow = table('tickers', { symbol: text(0), ...shifted(ticker.columns, 1) });
/** A decoded row of {@link tickersRow}. */
export type TickersRow = RowOf<typeof tickersRow>;

/** Row of REST `tickers` for a funding currency. */
export const fundingTickersRow = table('funding tickers', { symbol: text(0), ...shifted(fundingTicker.columns, 1) });
/** A decoded row of {@link fundingTickersRow}. */
export type FundingTickersRow = RowOf<typeof fundingTickersRow>;

/** Row of REST `tickers/hist`: hourly, trading pairs only. `timestamp` in ms. */
export const tickerHistory = table('ticker history', { symbol: text(0), bid: number(1), ask: number(3), timestamp: integer(12) });
/** A decoded row of {@link tickerHistory}. */
export type TickerHistory = RowOf<typeof tickerHistory>;
