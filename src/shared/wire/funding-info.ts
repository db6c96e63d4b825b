import { literal, nested, number, table, text, type RowOf } from './row';

/** Yields are daily rates, durations days, both averages over the account's loans (bitfinex-v2.md 5.6). */
const figures = table('funding figures', { yieldLoan: number(0), yieldLend: number(1), durationLoan: number(2), durationLend: number(3) });

/** Funding information of one currency, `fiu`: `["sym",SYMBOL,[...]]`. */
export const fundingInfo = table('funding info', { scope: literal(0, 'sym'), symbol: text(1), info: nested(2, figures) });
/** A decoded row of {@link fundingInfo}. */
export type FundingInfo = RowOf<typeof fundingInfo>;
