import { derivativesStatus } from '../wire/status';
import type { Market } from './source';

const EIGHT_HOURS = 8 * 3_600_000;

/** The exchange writes a new row every 3 s and repeats it in between (bitfinex-v2.md 3.5, 7.1). */
const WRITTEN_MS = 3000;

/** State of a perpetual, made from its own book: simple, but it agrees with what the other channels say. */
export function statusRow(market: Market, now: number): unknown[] {
  const sides = market.sides('P0', 25);
  const bid = sides?.bids.levels[0]?.price ?? 0;
  const ask = sides?.asks.levels[0]?.price ?? 0;
  const last = (bid + ask) / 2;
  const timestamp = Math.floor(now / WRITTEN_MS) * WRITTEN_MS;
  return derivativesStatus.encode({
    timestamp,
    last,
    indexPrice: Number((last * 0.9996).toPrecision(7)),
    insuranceFundBalance: 62_210_384.95685668,
    nextFundingTimestamp: (Math.floor(now / EIGHT_HOURS) + 1) * EIGHT_HOURS,
    nextFundingRate: 0.00015317,
    nextFundingStep: Math.floor((timestamp % EIGHT_HOURS) / WRITTEN_MS),
    fundingRate: 0.0001,
    markPrice: Number((last * 0.9999).toPrecision(8)),
    openInterest: 8851.89352831,
    clampMin: 0.0005,
    clampMax: 0.0025,
  });
}
