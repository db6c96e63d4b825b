import { flag, integer, loose, nullable, number, sparse, table, text, type RowOf } from './row';

/**
 * Funding offer (bitfinex-v2.md 5.7, 21 fields): `fos`, `fon`, `fou`, `foc` and REST. `amount` > 0 lends, < 0 borrows;
 * `rate` is per day, `period` days, times in ms.
 */
export const fundingOffer = table(
  'funding offer',
  {
    id: integer(0),
    symbol: text(1),
    timestamp: nullable(integer(2)),
    lastUpdateTimestamp: nullable(integer(3)),
    remaining: number(4),
    amount: number(5),
    type: nullable(text(6)),
    flags: nullable(loose(integer(9))),
    status: text(10),
    rate: number(14),
    period: integer(15),
    notify: nullable(flag(16)),
    hidden: nullable(flag(17)),
    renew: nullable(flag(19)),
    rateReal: nullable(number(20)),
  },
  21,
);
/** A decoded row of {@link fundingOffer}. */
export type FundingOffer = RowOf<typeof fundingOffer>;

/** The offer inside a notification, where any field may be null (bitfinex-v2.md 6.2). */
export const fundingOfferReply = table('funding offer reply', sparse(fundingOffer.columns));
/** A decoded row of {@link fundingOfferReply}. */
export type FundingOfferReply = RowOf<typeof fundingOfferReply>;
