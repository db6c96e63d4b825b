import { integer, literal, number, table, text, type RowOf } from './row';

/** A price alert, REST `alerts` (bitfinex-v2.md 8.2); it rings `count` times more. */
export const alert = table('alert', { key: text(0), type: literal(1, 'price'), symbol: text(2), price: number(3), count: integer(4) });
/** A decoded row of {@link alert}. */
export type Alert = RowOf<typeof alert>;
