import { integer, number, table, type RowOf } from './row';

/** Row of REST `stats1` (bitfinex-v2.md 7.1). `timestamp` in ms; what `value` means is in the requested key. */
export const stats = table('stats', { timestamp: integer(0), value: number(1) });
/** A decoded row of {@link stats}. */
export type Stats = RowOf<typeof stats>;
