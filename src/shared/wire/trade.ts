import { integer, number, table, type RowOf } from './row';

/** Public trade (bitfinex-v2.md 3.2). `amount` > 0: the taker bought; < 0: the taker sold. `timestamp` in ms. */
export const trade = table('trade', {
  id: integer(0),
  timestamp: integer(1),
  amount: number(2),
  price: number(3),
});
/** A decoded row of {@link trade}. */
export type Trade = RowOf<typeof trade>;

/** Public funding trade. `price` is the daily rate, `period` days. */
export const fundingTrade = table('funding trade', {
  id: integer(0),
  timestamp: integer(1),
  amount: number(2),
  price: number(3),
  period: integer(4),
});
/** A decoded row of {@link fundingTrade}. */
export type FundingTrade = RowOf<typeof fundingTrade>;
