import { fundingLoan } from './funding-loan';
import { nullable, table, text, type RowOf } from './row';

/** Funding credit: a loan that a position uses (bitfinex-v2.md 5.7, 22 fields): `fcs`, `fcn`, `fcu`, `fcc` and REST. */
export const fundingCredit = table(
  'funding credit',
  { ...fundingLoan.columns, /** the pair of that position */ positionPair: nullable(text(21)) },
  22,
);
/** A decoded row of {@link fundingCredit}. */
export type FundingCredit = RowOf<typeof fundingCredit>;
