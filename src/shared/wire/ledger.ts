import { integer, nullable, number, table, text, type RowOf } from './row';

/** Ledger entry, REST `ledgers/hist` (bitfinex-v2.md 8.4). `after` is the wallet's balance after it, `timestamp` ms. */
export const ledger = table('ledger', {
  id: integer(0),
  currency: text(1),
  wallet: nullable(text(2)),
  timestamp: integer(3),
  amount: number(5),
  after: number(6),
  description: nullable(text(8)),
});
/** A decoded row of {@link ledger}. */
export type Ledger = RowOf<typeof ledger>;
