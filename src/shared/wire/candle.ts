import { integer, number, table, type RowOf } from './row';

/** Candle (bitfinex-v2.md 3.4): on the wire open, CLOSE, high, low. `timestamp` is the start of the bucket, ms. */
export const candle = table('candle', {
  timestamp: integer(0),
  open: number(1),
  close: number(2),
  high: number(3),
  low: number(4),
  volume: number(5),
});
/** A decoded row of {@link candle}. */
export type Candle = RowOf<typeof candle>;
