import type { Candle } from '../wire/candle';
import type { CandleEvent } from './candle-record';

/** A candle as ccxt has it: [timestamp (UTC ms), open, high, low, close, volume (base currency)]. On the wire close is the third. */
export type Ohlcv = [timestamp: number, open: number, high: number, low: number, close: number, volume: number];

export const ohlcv = ({ timestamp, open, high, low, close, volume }: Candle): Ohlcv => [timestamp, open, high, low, close, volume];

/** One candle that changed, as it leaves a node. */
export interface UnifiedCandle {
  timestamp: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  closed: boolean;
  corrected: boolean;
  gap: boolean;
}

export const unifiedCandle = ({ candle, closed, corrected, gap }: CandleEvent): UnifiedCandle => {
  const { timestamp, open, high, low, close, volume } = candle;
  return { timestamp, open, high, low, close, volume, closed, corrected, gap };
};
