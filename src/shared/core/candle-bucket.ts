import { bucketEnd, type TimeFrame } from './time-frame';

/**
 * The bucket so many steps after the one that starts here, before it with a negative number; both UTC ms. Counted from a
 * candle of the exchange, so that it does not matter where the exchange begins to count its weeks.
 */
export function bucketAfter(timeFrame: TimeFrame, start: number, steps: number): number {
  if (timeFrame !== '1M') return start + steps * (bucketEnd(timeFrame, start) - start);
  const date = new Date(start);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + steps);
}

/** How many buckets have begun between a start and a later time, UTC ms: 1 from one bucket to its neighbour. */
export function bucketsBetween(timeFrame: TimeFrame, start: number, time: number): number {
  if (timeFrame !== '1M') return Math.floor((time - start) / (bucketEnd(timeFrame, start) - start));
  const [from, to] = [new Date(start), new Date(time)];
  return (to.getUTCFullYear() - from.getUTCFullYear()) * 12 + to.getUTCMonth() - from.getUTCMonth();
}
