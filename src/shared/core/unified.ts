import type { FundingTicker, Ticker } from '../wire/ticker';
import type { FundingTrade, Trade } from '../wire/trade';
import type { Book } from './book';
import type { TickerNews, TradeItem } from './feed';
import type { Level } from './level';

/**
 * The shapes that leave the nodes: ccxt's unified structures, and where ccxt has none our own (contract.md, Messages).
 * Prices and amounts are numbers, amounts positive, times UTC ms, ids texts; `info` is the exchange's own row.
 */
export interface UnifiedTicker {
  symbol: string;
  timestamp: number;
  bid: number | undefined;
  bidVolume: number | undefined;
  ask: number | undefined;
  askVolume: number | undefined;
  last?: number;
  change?: number;
  /** percent, not a fraction */
  percentage?: number;
  high?: number;
  low?: number;
  baseVolume?: number;
  frr?: number;
  /** days */
  bidPeriod?: number;
  askPeriod?: number;
  frrAmountAvailable?: number | null;
  info: unknown;
}

/** A public trade as ccxt has it; `timestamp` UTC ms, `cost` in quote currency. */
export interface UnifiedTrade {
  id: string;
  symbol: string;
  timestamp: number;
  /** what the taker did */
  side: 'buy' | 'sell';
  price: number;
  amount: number;
  cost: number;
  /** days, funding only */
  period?: number;
  info: unknown;
}

/** `[price, amount]`; a funding row adds its period, a raw row its order id: `[price, amount, id]`, `[rate, amount, period]`, `[rate, amount, period, id]`. */
export type UnifiedLevel = number[];

/** A book as ccxt has it; `timestamp` UTC ms. */
export interface UnifiedBook {
  symbol: string;
  bids: UnifiedLevel[];
  asks: UnifiedLevel[];
  timestamp: number;
  /** the exchange's sequence number of the last frame, counted for each connection */
  nonce: number | undefined;
}

/** The best prices; `undefined` where a side is empty. `spreadPercent` is of the middle. */
export interface TopOfBook {
  symbol: string;
  bid: number | undefined;
  bidVolume: number | undefined;
  ask: number | undefined;
  askVolume: number | undefined;
  mid: number | undefined;
  spread: number | undefined;
  spreadPercent: number | undefined;
}

/** What the shown levels hold together, in base currency. */
export interface BookDepth extends TopOfBook {
  bidVolumeTotal: number;
  askVolumeTotal: number;
  /** -1 (only asks) to 1 (only bids) */
  imbalance: number;
  /** levels of both sides */
  levels: number;
  slippage?: { size: number; buy: Slippage | null; sell: Slippage | null };
}

/** What taking `size` from the book would cost; `null` where the book is too thin. */
export interface Slippage {
  /** average price */
  price: number;
  /** percent worse than the best price */
  percent: number;
}

/** One changed level. */
export interface BookChange {
  side: 'bid' | 'ask';
  price: number;
  /** 0 = gone */
  amount: number;
  count: number;
  id?: number;
  period?: number;
}

/** The ticker of a channel; `timestamp` is the exchange's time, or `receivedAt` (UTC ms) where it sent none. */
export function unifiedTicker(symbol: string, { ticker, info, timestamp }: TickerNews, receivedAt: number): UnifiedTicker {
  const { bid, bidVolume, ask, askVolume, last, change, changeRelative, high, low, baseVolume } = ticker;
  const shared = { symbol, timestamp: timestamp ?? receivedAt, bid, bidVolume, ask, askVolume, last, change, percentage: tidy(changeRelative * 100), high, low, baseVolume };
  // the row belongs to everybody who follows the channel: each message gets its own
  return isFundingTicker(ticker) ? { ...shared, ...fundingPart(ticker), info: [...info] } : { ...shared, info: [...info] };
}

const isFundingTicker = (ticker: Ticker | FundingTicker): ticker is FundingTicker => 'frr' in ticker;

const fundingPart = ({ frr, bidPeriod, askPeriod, frrAmountAvailable }: FundingTicker) => ({
  frr,
  bidPeriod,
  askPeriod,
  ...(frrAmountAvailable === undefined ? {} : { frrAmountAvailable }),
});

/** A ticker made of the top of a book: real time, but without last price and volume. */
export function tickerOfBook(symbol: string, book: Book, timestamp: number): UnifiedTicker {
  const { bid, bidVolume, ask, askVolume } = topOfBook(symbol, book);
  return { symbol, timestamp, bid, bidVolume, ask, askVolume, info: [...firstOf(book.bids.levels), ...firstOf(book.asks.levels)] };
}

const firstOf = ([level]: readonly Level[]): number[] => (level === undefined ? [] : [level.price, level.count, level.amount]);

/** One public trade. */
export function unifiedTrade(symbol: string, { trade, info }: TradeItem): UnifiedTrade {
  const amount = Math.abs(trade.amount);
  return {
    id: String(trade.id),
    symbol,
    timestamp: trade.timestamp,
    side: trade.amount > 0 ? 'buy' : 'sell',
    price: trade.price,
    amount,
    cost: tidy(trade.price * amount),
    ...periodOf(trade),
    info: [...info],
  };
}

const periodOf = (trade: Trade | FundingTrade): { period?: number } => ('period' in trade ? { period: trade.period } : {});

/** The whole book, copied: it may be kept and changed. */
export function unifiedBook(symbol: string, book: Book, timestamp: number, nonce: number | undefined): UnifiedBook {
  const rowOf = levelRow(book);
  return { symbol, bids: book.bids.levels.map(rowOf), asks: book.asks.levels.map(rowOf), timestamp, nonce };
}

function levelRow({ raw, funding }: Book): (level: Level) => UnifiedLevel {
  if (funding) return raw ? ({ price, amount, period, key }) => [price, Math.abs(amount), period, key] : ({ price, amount, period }) => [price, Math.abs(amount), period];
  return raw ? ({ price, amount, key }) => [price, Math.abs(amount), key] : ({ price, amount }) => [price, Math.abs(amount)];
}

/** The best bid and ask. */
export function topOfBook(symbol: string, book: Book): TopOfBook {
  const [bid] = book.bids.levels;
  const [ask] = book.asks.levels;
  const mid = bid && ask ? (bid.price + ask.price) / 2 : undefined;
  const spread = bid && ask ? tidy(ask.price - bid.price) : undefined;
  return {
    symbol,
    bid: bid?.price,
    bidVolume: bid && Math.abs(bid.amount),
    ask: ask?.price,
    askVolume: ask && Math.abs(ask.amount),
    mid: mid === undefined ? undefined : tidy(mid),
    spread,
    spreadPercent: spread === undefined || mid === undefined ? undefined : tidyPercent((spread / mid) * 100),
  };
}

/** Without the noise of binary fractions: a decimal of 15 digits is exact in a double. */
const tidy = (value: number): number => Number(value.toPrecision(15));

/** Quotients have noise before their end: 12 digits are more than a percentage needs. */
const tidyPercent = (value: number): number => Number(value.toPrecision(12));

/** `size` in base currency asks what a market order of that size would cost. */
export function bookDepth(symbol: string, book: Book, size?: number): BookDepth {
  const bidVolumeTotal = volumeOf(book.bids.levels);
  const askVolumeTotal = volumeOf(book.asks.levels);
  const total = bidVolumeTotal + askVolumeTotal;
  return {
    ...topOfBook(symbol, book),
    bidVolumeTotal,
    askVolumeTotal,
    imbalance: total === 0 ? 0 : tidy((bidVolumeTotal - askVolumeTotal) / total),
    levels: book.bids.levels.length + book.asks.levels.length,
    ...(size === undefined ? {} : { slippage: { size, buy: slippageOf(book.asks.levels, size), sell: slippageOf(book.bids.levels, size) } }),
  };
}

const volumeOf = (levels: readonly Level[]): number => tidy(levels.reduce((sum, { amount }) => sum + Math.abs(amount), 0));

function slippageOf(levels: readonly Level[], size: number): Slippage | null {
  let left = size;
  let cost = 0;
  for (const { price, amount } of levels) {
    const taken = Math.min(left, Math.abs(amount));
    cost += taken * price;
    left -= taken;
    if (left <= 0) {
      const best = (levels[0] as Level).price;
      return { price: tidy(cost / size), percent: tidyPercent((Math.abs(cost / size - best) / best) * 100) };
    }
  }
  return null;
}

/** What an update did to one level. */
export function bookChange(book: Book, level: Level): BookChange {
  return {
    side: level.amount > 0 !== book.funding ? 'bid' : 'ask',
    price: level.price,
    amount: book.deletes(level) ? 0 : Math.abs(level.amount),
    count: book.deletes(level) ? 0 : level.count,
    ...(book.raw ? { id: level.key } : {}),
    ...(book.funding ? { period: level.period } : {}),
  };
}
