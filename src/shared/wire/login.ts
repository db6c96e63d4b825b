import { any, integer, table, text, type RowOf } from './row';

/** A login, REST `logins/hist` (bitfinex-v2.md 8.2); `timestamp` ms. */
export const login = table('login', { id: integer(0), timestamp: integer(2), address: text(4), extra: any(7) });
/** A decoded row of {@link login}. */
export type Login = RowOf<typeof login>;
