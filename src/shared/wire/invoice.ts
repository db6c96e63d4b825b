import { table, text, type RowOf } from './row';

/** Lightning invoice, REST `deposit/invoice`. `amount` is a decimal text in BTC. */
export const invoice = table('invoice', { hash: text(0), invoice: text(1), amount: text(4) });
/** A decoded row of {@link invoice}. */
export type Invoice = RowOf<typeof invoice>;
