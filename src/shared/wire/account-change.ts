import { any, integer, table, text, type RowOf } from './row';

/** A change of the account, REST `audit/hist` (bitfinex-v2.md 8.2); `timestamp` ms. */
export const accountChange = table('account change', { timestamp: integer(0), what: text(2), address: text(5), agent: any(6) });
/** A decoded row of {@link accountChange}. */
export type AccountChangeRow = RowOf<typeof accountChange>;
