import { flag, table, text, type RowOf } from './row';

/** What a key may do in one scope, REST `permissions` (bitfinex-v2.md 8.3). */
export const permission = table('permission', { scope: text(0), read: flag(1), write: flag(2) });
/** A decoded row of {@link permission}. */
export type Permission = RowOf<typeof permission>;
