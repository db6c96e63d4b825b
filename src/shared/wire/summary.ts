import { any, nested, number, table, type RowOf } from './row';

/** Fee rates as parts of one: of a maker three times the same, of a taker by what is bought (bitfinex-v2.md 8.3). */
const rates = table('fee rates', { crypto: number(0), stable: number(1), fiat: number(2), derivative: number(5) });
const fees = table('fees', { maker: nested(0, rates), taker: nested(1, rates) });

/** Fees, volume and earnings of the last 30 days, REST `summary` (bitfinex-v2.md 8.3). */
export const summary = table('summary', {
  fees: nested(4, fees),
  /** `[VOLUMES,FEES,FEES_TOTAL]` */
  volume: any(5),
  /** `[null,EARNINGS,TOTAL]` */
  earnings: any(6),
  /** `{leo_lev,leo_amount_avg}` */
  leo: any(9),
});
/** A decoded row of {@link summary}. */
export type Summary = RowOf<typeof summary>;
