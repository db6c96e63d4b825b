import { flag, integer, literal, nullable, number, optional, shifted, table, text, type RowOf } from './row';

/**
 * State of a perpetual (bitfinex-v2.md 3.5): WebSocket `deriv:` and REST `status/deriv/{key}/hist`. Times in ms.
 * The rows of 2019 end at `fundingRate`, those of mid 2020 at `openInterest`: the first are refused, for they have no mark
 * price, the second are read.
 */
export const derivativesStatus = table('derivatives status', {
  timestamp: integer(0),
  /** middle of the perpetual's own book */
  last: nullable(number(2)),
  /** the spot price it follows */
  indexPrice: nullable(number(3)),
  insuranceFundBalance: nullable(number(5)),
  nextFundingTimestamp: nullable(integer(7)),
  /** what has accrued so far for the next funding event, a fraction */
  nextFundingRate: nullable(number(8)),
  nextFundingStep: nullable(integer(9)),
  /** a fraction, paid every eight hours */
  fundingRate: nullable(number(11)),
  markPrice: nullable(number(14)),
  openInterest: nullable(number(17)),
  clampMin: optional(nullable(number(21))),
  clampMax: optional(nullable(number(22))),
});
/** A decoded row of {@link derivativesStatus}. */
export type DerivativesStatus = RowOf<typeof derivativesStatus>;

/** Row of REST `status/deriv`: the symbol in front, everything else one further (bitfinex-v2.md 7.1). */
export const derivativesStatusRow = table('derivatives status row', { symbol: text(0), ...shifted(derivativesStatus.columns, 1) });
/** A decoded row of {@link derivativesStatusRow}. */
export type DerivativesStatusRow = RowOf<typeof derivativesStatusRow>;

/**
 * Liquidation (bitfinex-v2.md 3.5): WebSocket `liq:global` sends lists of these, REST `liquidations/hist` wraps each once
 * more. `amount` > 0: a long position. `timestamp` in ms, sometimes with a fraction.
 */
export const liquidation = table('liquidation', {
  kind: literal(0, 'pos'),
  id: integer(1),
  timestamp: number(2),
  symbol: text(4),
  amount: number(5),
  entryPrice: number(6),
  /** false: the trigger, true: executed in the market */
  isMatch: flag(8),
  /** true: sold into the market, false: taken over by the system */
  isMarketSold: flag(9),
  /** null in a trigger */
  price: nullable(number(11)),
});
/** A decoded row of {@link liquidation}. */
export type Liquidation = RowOf<typeof liquidation>;
