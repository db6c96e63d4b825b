import { isTimeFrame, type TimeFrame } from './time-frame';

/** Which candles (bitfinex-v2.md 3.4). */
export interface CandlesSubject {
  readonly timeFrame: TimeFrame;
  /** The exchange's id: `tBTCUSD`, `fUSD`. */
  readonly symbol: string;
  /** Funding only, and there always: `p30` is one period in days, `a30:p2:p30` the sum of periods 2 to 30 (`a10` or `a30`). */
  readonly periods?: string;
}

/** Is this how a funding key says its periods? */
export const isPeriods = (text: string): boolean => /^(?:p\d+|a(?:10|30):p\d+:p\d+)$/.test(text);

/** `trade:1m:tBTCUSD`, `trade:1h:fUSD:p30`: the key that the channel and REST have in common. */
export const candlesKey = ({ timeFrame, symbol, periods }: CandlesSubject): string =>
  ['trade', timeFrame, symbol, ...(periods === undefined ? [] : [periods])].join(':');

/** The way back; `undefined` for what is no candles key. A funding key without periods is none. */
export function readCandlesKey(key: string): CandlesSubject | undefined {
  const [, timeFrame = '', pair, currency, periods] = /^trade:(\w+):(?:(t\w+(?::\w+)?)|(f\w+):(.+))$/.exec(key) ?? [];
  if (!isTimeFrame(timeFrame)) return undefined;
  if (pair !== undefined) return { timeFrame, symbol: pair };
  return currency !== undefined && periods !== undefined && isPeriods(periods) ? { timeFrame, symbol: currency, periods } : undefined;
}
