import { flag, integer, loose, nullable, number, optional, table, text, type RowOf } from './row';

/**
 * Funding loan: taken and not used in a position (bitfinex-v2.md 5.7): `fls`, `fln`, `flu`, `flc` and REST. `side`: 1 lender,
 * 0 both, -1 borrower; `rate` is per day, `period` days, times in ms.
 */
export const fundingLoan = table(
  'funding loan',
  {
    id: integer(0),
    symbol: text(1),
    side: integer(2),
    timestamp: integer(3),
    lastUpdateTimestamp: integer(4),
    amount: number(5),
    flags: nullable(loose(integer(6))),
    status: text(7),
    /** FIXED or VAR */
    rateType: nullable(text(8)),
    rate: number(11),
    period: integer(12),
    mtsOpening: nullable(integer(13)),
    mtsLastPayout: nullable(integer(14)),
    notify: nullable(flag(15)),
    hidden: nullable(flag(16)),
    renew: nullable(flag(18)),
    rateReal: nullable(number(19)),
    noClose: nullable(flag(20)),
    /** only credits are documented to have it; one recorded loan snapshot does too */
    positionPair: optional(nullable(text(21))),
  },
  21,
);
/** A decoded row of {@link fundingLoan}. */
export type FundingLoan = RowOf<typeof fundingLoan>;
