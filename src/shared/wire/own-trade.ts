import { integer, nullable, number, optional, table, text, type RowOf } from './row';

/**
 * Trade of this account (bitfinex-v2.md 5.4): `te` and `tu` on channel 0, and REST `trades/hist`. `amount` > 0 bought, < 0
 * sold; `order` is the order's id. `te` comes without fee, `tu` repeats the row with it: negative means charged.
 */
export const ownTrade = table('own trade', {
  id: integer(0),
  symbol: text(1),
  timestamp: integer(2),
  order: integer(3),
  amount: number(4),
  price: number(5),
  type: nullable(text(6)),
  orderPrice: nullable(number(7)),
  /** 1 maker, -1 taker */
  maker: nullable(integer(8)),
  fee: nullable(number(9)),
  feeCurrency: nullable(text(10)),
  /** rows before 2020 end in front of it */
  clientOrderId: optional(nullable(integer(11))),
});
/** A decoded row of {@link ownTrade}. */
export type OwnTrade = RowOf<typeof ownTrade>;
