/** The exchange's candle widths, as it writes them (bitfinex-v2.md 3.4): lower `m` minutes, `h` hours, `D` days, `W` a week, upper `M` a month. */
export const TIME_FRAMES = ['1m', '5m', '15m', '30m', '1h', '3h', '6h', '12h', '1D', '1W', '14D', '1M'] as const;

/** One of the widths; `7D` is the older spelling of `1W`. */
export type TimeFrame = (typeof TIME_FRAMES)[number] | '7D';

const MINUTE = 60_000;
const DAY = 86_400_000;
const WEEK = 7 * DAY;

/** Milliseconds of each width; a month has no fixed one. */
const SPANS: Readonly<Record<Exclude<TimeFrame, '1M'>, number>> = {
  '1m': MINUTE,
  '5m': 5 * MINUTE,
  '15m': 15 * MINUTE,
  '30m': 30 * MINUTE,
  '1h': 60 * MINUTE,
  '3h': 180 * MINUTE,
  '6h': 360 * MINUTE,
  '12h': 720 * MINUTE,
  '1D': DAY,
  '1W': WEEK,
  '7D': WEEK,
  '14D': 2 * WEEK,
};

/** Is this a time frame of the exchange, in one of its spellings? */
export const isTimeFrame = (text: string): text is TimeFrame => text === '1M' || Object.hasOwn(SPANS, text);

/**
 * Start of the bucket that holds this time; both UTC milliseconds. Days begin at midnight, weeks on Monday, months on their
 * first. Fortnights are counted from Monday 5 January 1970: nothing published says where the exchange counts from, so a
 * stored 14D candle tells more than this.
 */
export function bucketStart(timeFrame: TimeFrame, time: number): number {
  if (timeFrame === '1M') return monthStart(time, 0);
  const span = SPANS[timeFrame];
  const offset = span % WEEK === 0 ? FIRST_MONDAY : 0;
  return Math.floor((time - offset) / span) * span + offset;
}

/** 1 January 1970 was a Thursday: four days later the first week began. */
const FIRST_MONDAY = 4 * DAY;

/** Start of the bucket after the one that starts here; both UTC milliseconds. A candle holds what is before it. */
export const bucketEnd = (timeFrame: TimeFrame, start: number): number => (timeFrame === '1M' ? monthStart(start, 1) : start + SPANS[timeFrame]);

function monthStart(time: number, later: number): number {
  const date = new Date(time);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + later);
}
