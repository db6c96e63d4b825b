import { book, fundingBook, rawBook, rawFundingBook } from '../wire/book';
import type { Precision } from './channel';

/** One level of an aggregated book, or one order of a raw one. */
export interface Level {
  price: number;
  /** As received: trading bids are positive and asks negative, funding the other way round. */
  amount: number;
  /** Orders at this price; 1 for a raw order. */
  count: number;
  /** What orders levels of one price: 0 in an aggregated trading book, else order id or period. */
  tie: number;
  /** Days, funding only. */
  period: number;
  /** What the checksum takes as this level's key: the price, or the order id of a raw book. */
  key: number;
}

/** How the rows of one kind of book are read, and what deletes a level. */
export interface LevelFormat {
  readonly raw: boolean;
  readonly funding: boolean;
  /** Reads a row into a level; `undefined` when a column has the wrong type. Written by hand: this is the hot path. */
  read(row: readonly unknown[]): Level | undefined;
  /** Does this row delete its level? */
  isDelete(level: Level): boolean;
}

const make = (price: unknown, amount: unknown, count: unknown, tie: unknown, period: unknown, key: unknown): Level | undefined =>
  isFinite(price) && isFinite(amount) && isFinite(count) && isFinite(tie) && isFinite(period) && isFinite(key)
    ? { price, amount, count, tie, period, key }
    : undefined;

const isFinite = (value: unknown): value is number => typeof value === 'number' && value - value === 0;

const byCount = (level: Level): boolean => level.count === 0;
const byPrice = (level: Level): boolean => level.price === 0;

const formats = {
  trading: { raw: false, funding: false, read: (row) => make(row[0], row[2], row[1], 0, 0, row[0]), isDelete: byCount },
  rawTrading: { raw: true, funding: false, read: (row) => make(row[1], row[2], 1, row[0], 0, row[0]), isDelete: byPrice },
  funding: { raw: false, funding: true, read: (row) => make(row[0], row[3], row[2], row[1], row[1], row[0]), isDelete: byCount },
  rawFunding: { raw: true, funding: true, read: (row) => make(row[2], row[3], 1, row[0], row[1], row[0]), isDelete: byPrice },
} satisfies Record<string, LevelFormat>;

/** The wire table that each format repeats by hand; a test holds them together. */
export const LEVEL_TABLES = { trading: book, rawTrading: rawBook, funding: fundingBook, rawFunding: rawFundingBook };

/** The format of a book's rows. */
export function levelFormat(precision: Precision, funding: boolean): LevelFormat {
  if (precision === 'R0') return funding ? formats.rawFunding : formats.rawTrading;
  return funding ? formats.funding : formats.trading;
}
