import type { DerivativesNews, LiquidationItem } from './feed';
import { unifiedSymbol } from './symbol';

/**
 * The state of a perpetual under ccxt's names of a funding rate; what the exchange left out is `undefined`. ccxt 4.5.84
 * itself reads the middle of the perpetual's own book as `indexPrice` and has no `fundingTimestamp`; here the first is the
 * spot price that the perpetual follows, and both times are that of the next funding event.
 */
export interface UnifiedDerivatives {
  symbol: string;
  timestamp: number;
  markPrice: number | undefined;
  /** the spot price */
  indexPrice: number | undefined;
  /** a fraction for eight hours: of the running period */
  fundingRate: number | undefined;
  /** UTC ms of the next funding event */
  fundingTimestamp: number | undefined;
  /** what has accrued so far for the period after that */
  nextFundingRate: number | undefined;
  /** the same event: ccxt has it under this name */
  nextFundingTimestamp: number | undefined;
  /** in base currency */
  openInterest: number | undefined;
  /** middle of the perpetual's own book */
  mid: number | undefined;
  insuranceFundBalance: number | undefined;
  /** rows that went into the accrued funding */
  nextFundingStep: number | undefined;
  /** below this spread nothing is paid, and no more than this at once; fractions */
  clampMin: number | undefined;
  clampMax: number | undefined;
  info: unknown;
}

/** A liquidation. ccxt 4.5.84 takes the side from "trigger or execution"; here it follows from the position. */
export interface UnifiedLiquidation {
  /** of the position, which may be liquidated in several steps */
  id: string;
  symbol: string;
  timestamp: number;
  /** what the liquidation does: it sells a long position */
  side: 'buy' | 'sell';
  amount: number;
  /** at which it was taken over; not yet known in a trigger */
  price: number | undefined;
  entryPrice: number;
  /** false: the trigger, true: executed in the market */
  isMatch: boolean;
  /** true: sold into the market, false: taken over by the system */
  isMarketSold: boolean;
  info: unknown;
}

/** The state of a perpetual. */
export function unifiedDerivatives(symbol: string, { status, info }: Pick<DerivativesNews, 'status' | 'info'>): UnifiedDerivatives {
  return {
    symbol,
    timestamp: status.timestamp,
    markPrice: status.markPrice ?? undefined,
    indexPrice: status.indexPrice ?? undefined,
    fundingRate: status.fundingRate ?? undefined,
    fundingTimestamp: status.nextFundingTimestamp ?? undefined,
    nextFundingRate: status.nextFundingRate ?? undefined,
    nextFundingTimestamp: status.nextFundingTimestamp ?? undefined,
    openInterest: status.openInterest ?? undefined,
    mid: status.last ?? undefined,
    insuranceFundBalance: status.insuranceFundBalance ?? undefined,
    nextFundingStep: status.nextFundingStep ?? undefined,
    clampMin: status.clampMin ?? undefined,
    clampMax: status.clampMax ?? undefined,
    info: [...info],
  };
}

/** One liquidation; the exchange's time may have a fraction of a millisecond. */
export function unifiedLiquidation({ liquidation, info }: LiquidationItem): UnifiedLiquidation {
  const { id, symbol, timestamp, amount, price, entryPrice, isMatch, isMarketSold } = liquidation;
  return {
    id: String(id),
    symbol: unifiedSymbol(symbol),
    timestamp: Math.floor(timestamp),
    side: amount > 0 ? 'sell' : 'buy',
    amount: Math.abs(amount),
    price: price ?? undefined,
    entryPrice,
    isMatch,
    isMarketSold,
    info: [...info],
  };
}
