import { number, table, type RowOf } from './row';

/** Balance of the account, `bu` (bitfinex-v2.md 5.6): assets under management, and net of what is borrowed, in USD. */
export const balance = table('balance', { aum: number(0), aumNet: number(1) });
/** A decoded row of {@link balance}. */
export type Balance = RowOf<typeof balance>;
