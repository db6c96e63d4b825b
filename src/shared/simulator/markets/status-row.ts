import { derivativesStatus } from '../../wire/status';
import { Luck } from '../luck';
import type { Market } from './source';

const EIGHT_HOURS = 8 * 3_600_000;

/** The exchange writes a new row every 3 s and repeats it in between (bitfinex-v2.md 3.5, 7.1). */
const WRITTEN_MS = 3000;

/** State of a perpetual, made from its own book: simple, but it agrees with what the other channels say. */
export function statusRow(market: Market, now: number): unknown[] {
  const sides = market.sides('P0', 25);
  const bid = sides?.bids.levels[0]?.price ?? 0;
  const ask = sides?.asks.levels[0]?.price ?? 0;
  return rowAt(market.symbol, (bid + ask) / 2, Math.floor(now / WRITTEN_MS) * WRITTEN_MS);
}

/** The states before, one a minute, from its candles; oldest first. */
export const pastStatusRows = ({ symbol, candles }: Market): unknown[][] => candles.bars('1m').map(({ timestamp, open }) => rowAt(symbol, open, timestamp));

function rowAt(symbol: string, last: number, timestamp: number): unknown[] {
  const event = Math.floor(timestamp / EIGHT_HOURS);
  const passed = timestamp - event * EIGHT_HOURS;
  const rounded = (value: number, digits: number): number => Number(value.toPrecision(digits));
  return derivativesStatus.encode({
    timestamp,
    last,
    indexPrice: rounded(last * 0.9996, 7),
    insuranceFundBalance: 62_210_384.95685668,
    nextFundingTimestamp: (event + 1) * EIGHT_HOURS,
    // what accrues until the event is then paid
    nextFundingRate: rounded((fundingRate(symbol, event + 1) * passed) / EIGHT_HOURS, 6),
    nextFundingStep: Math.floor(passed / WRITTEN_MS),
    fundingRate: fundingRate(symbol, event),
    markPrice: rounded(last * 0.9999, 8),
    openInterest: rounded(8851.89352831 * (1 + Math.sin(timestamp / EIGHT_HOURS) / 20), 12),
    clampMin: 0.0005,
    clampMax: 0.0025,
  });
}

/** The same for everybody and for ever: it follows from the event alone. */
const fundingRate = (symbol: string, event: number): number => Number((new Luck(event, symbol).normal() * 0.00012 + 0.00005).toFixed(8));
