import { integer, number, table, type RowOf } from './row';

/**
 * Rows of the four books (bitfinex-v2.md 3.3). Trading: `amount` > 0 is a bid, < 0 an ask; funding has it the other way
 * round. A level goes when `count` is 0 (aggregated) or `price` is 0 (raw); its amount then only names the side.
 */
export const book = table('book', { price: number(0), count: integer(1), amount: number(2) });
/** A decoded row of {@link book}. */
export type BookRow = RowOf<typeof book>;

/** Raw trading book: one row an order. */
export const rawBook = table('raw book', { id: integer(0), price: number(1), amount: number(2) });
/** A decoded row of {@link rawBook}. */
export type RawBookRow = RowOf<typeof rawBook>;

/** `price` is the daily rate, `period` days. */
export const fundingBook = table('funding book', { price: number(0), period: integer(1), count: integer(2), amount: number(3) });
/** A decoded row of {@link fundingBook}. */
export type FundingBookRow = RowOf<typeof fundingBook>;

/** Raw funding book: one row an offer; `price` is the daily rate, `period` days. */
export const rawFundingBook = table('raw funding book', { id: integer(0), period: integer(1), price: number(2), amount: number(3) });
/** A decoded row of {@link rawFundingBook}. */
export type RawFundingBookRow = RowOf<typeof rawFundingBook>;
