import { any, nullable, number, optional, table, text, type RowOf } from './row';

/**
 * Wallet (bitfinex-v2.md 5.5): `ws`, `wu` and REST `wallets`. `type` is exchange, margin or funding; `total` includes what
 * orders hold. `free` is null until the exchange has calculated it: seconds later it repeats the row with the figure.
 */
export const wallet = table('wallet', {
  type: text(0),
  currency: text(1),
  total: number(2),
  unsettledInterest: number(3),
  free: nullable(number(4)),
  /** text of the last ledger entry; rows before 2020 end in front of it */
  description: optional(nullable(text(5))),
  /** what changed the wallet: reason, order_id, trade_price, trade_amount */
  meta: optional(any(6)),
});
/** A decoded row of {@link wallet}. */
export type Wallet = RowOf<typeof wallet>;
