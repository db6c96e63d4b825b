import { integer, nullable, number, table, text, type RowOf } from './row';

/** A wallet as it was, REST `wallets/hist` (bitfinex-v2.md 8.2); `timestamp` ms. */
export const walletRecord = table('wallet record', {
  type: text(0),
  currency: text(1),
  total: number(2),
  unsettledInterest: nullable(number(3)),
  free: nullable(number(4)),
  timestamp: integer(6),
});
/** A decoded row of {@link walletRecord}. */
export type WalletRecord = RowOf<typeof walletRecord>;
