import { integer, nullable, number, table, text, type RowOf } from './row';

/**
 * Funding trade of this account (bitfinex-v2.md 5.7): `fte`, `ftu` on channel 0 and REST. `amount` > 0 lent, < 0 borrowed;
 * `rate` is per day, `period` days, `timestamp` ms, `offer` the offer's id.
 */
export const ownFundingTrade = table('own funding trade', {
  id: integer(0),
  symbol: text(1),
  timestamp: integer(2),
  offer: integer(3),
  amount: number(4),
  rate: number(5),
  period: integer(6),
  maker: nullable(integer(7)),
});
/** A decoded row of {@link ownFundingTrade}. */
export type OwnFundingTrade = RowOf<typeof ownFundingTrade>;
