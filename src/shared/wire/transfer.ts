import { integer, nullable, number, table, text, type RowOf } from './row';

/** What was moved between wallets: the data of the notification `acc_tf` (bitfinex-v2.md 8.4); `timestamp` ms. */
export const transfer = table('transfer', {
  timestamp: integer(0),
  from: text(1),
  to: text(2),
  currency: text(4),
  currencyTo: nullable(text(5)),
  amount: number(7),
});
/** A decoded row of {@link transfer}. */
export type Transfer = RowOf<typeof transfer>;
